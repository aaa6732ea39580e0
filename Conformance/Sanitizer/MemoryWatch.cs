using System.Runtime.InteropServices;
using NicEmu.Conformance.Sanitizer.Rules;
using NicEmu.Spec.Native;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>Looks into the driver's memory when a transmit doorbell is rung, and compares with what the card reads there later.</summary>
internal sealed class MemoryWatch(int device, string subject, MemoryPeek peek, FindingLog log, EventHistory history)
{
    private const int DescriptorBytes = 64;
    private const int MostSegment = 1 << 16;

    private readonly Queue<(uint Index, byte[] Bytes)> _descriptors = new();
    private readonly Queue<PostedSegment> _segments = new();
    private readonly byte[] _buffer = new byte[MostSegment];

    public void Clear()
    {
        _descriptors.Clear();
        _segments.Clear();
    }

    /// <summary>A doorbell announced a descriptor.</summary>
    public void Posted(uint index, ulong address)
    {
        var bytes = new byte[DescriptorBytes];
        if (!peek(device, address, bytes))
        {
            return;
        }

        _descriptors.Enqueue((index, bytes));
        var descriptor = MemoryMarshal.Read<DataDescriptor>(bytes);
        if (descriptor.Opcode is TxOpcode.Data or TxOpcode.Replay)
        {
            Note(descriptor.Address0, descriptor.Length0, index);
            Note(descriptor.Address1, descriptor.Length1, index);
        }
    }

    /// <summary>The card fetched a descriptor.</summary>
    public void Fetched(uint index, ReadOnlySpan<byte> bytes)
    {
        while (_descriptors.TryPeek(out (uint Index, byte[] Bytes) posted) && unchecked((int)(posted.Index - index)) <= 0)
        {
            _descriptors.Dequeue();
            if (posted.Index == index && !bytes.SequenceEqual(posted.Bytes))
            {
                int at = bytes.CommonPrefixLength(posted.Bytes);
                log.Report(RingRules.DescriptorRewritten, subject, $"Byte {at} of descriptor {index} was 0x{posted.Bytes[at]:X2} when the doorbell was rung and 0x{bytes[at]:X2} when the card fetched it.", history);
            }
        }
    }

    /// <summary>The card read memory that is no ring.</summary>
    /// <returns>True when a doorbell of the queue announced it.</returns>
    public bool Read(ulong address, ReadOnlySpan<byte> bytes)
    {
        int skipped = 0;
        foreach (PostedSegment segment in _segments)
        {
            if (segment.Address == address && segment.Length == bytes.Length)
            {
                for (; skipped >= 0; skipped--)
                {
                    _segments.Dequeue();
                }

                if (segment.Digest != Digest(bytes))
                {
                    log.Report(RingRules.PayloadRewritten, subject, $"The {segment.Length} bytes at 0x{address:X}, named by descriptor {segment.Descriptor}, are not those that lay there at the doorbell.", history);
                }

                return true;
            }

            if (++skipped == 2 * NativeDevice.MaxChainDescriptors)
            {
                return false;
            }
        }

        return false;
    }

    private static ulong Digest(ReadOnlySpan<byte> bytes)
    {
        ulong digest = (ulong)bytes.Length;
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            digest = System.Numerics.BitOperations.RotateLeft((digest ^ word) * 0x9E37_79B9_7F4A_7C15, 29);
        }

        foreach (byte value in bytes[(bytes.Length & ~7)..])
        {
            digest = (digest ^ value) * 0x100_0000_01B3;
        }

        return digest;
    }

    private void Note(ulong address, uint length, uint index)
    {
        if (length is > 0 and < MostSegment && peek(device, address, _buffer.AsSpan(0, (int)length)))
        {
            _segments.Enqueue(new PostedSegment(address, (int)length, Digest(_buffer.AsSpan(0, (int)length)), index));
        }
    }
}
