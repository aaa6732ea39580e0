using System.Buffers.Binary;
using NicEmu.Conformance.Core;
using NicEmu.Spec.Events;

namespace NicEmu.Conformance.Cases;

/// <summary>What the card was told by doorbells of its first transmit queue, and what it fetched.</summary>
internal sealed class RingSight
{
    private const int DescriptorBytes = 64;
    private const byte Data = 0x01;
    private const byte Replay = 0x13;

    private readonly List<byte[]> _descriptors = [];
    private readonly List<int> _tails = [];

    /// <summary>Looks through the events of a run.</summary>
    /// <param name="events">The events, from before the queue was enabled.</param>
    /// <param name="ringLog2">Descriptors of the ring as a power of two.</param>
    public RingSight(RunEvents events, int ringLog2)
    {
        ulong ring = 0;
        for (int i = 0; i < events.Count; i++)
        {
            (TraceEvent e, byte[] data) = events[i];
            if (e.Kind == TraceEventKind.MmioWrite && e.Index == 0 && e.Address is 0x4000 or 0x4004)
            {
                if (e.Address == 0x4000) ring = e.Length == 8 ? e.Value : (ring & 0xFFFF_FFFF_0000_0000) | (uint)e.Value;
                else ring = (uint)ring | (e.Value << 32);
            }
            else if (e.Kind == TraceEventKind.DmaRead && e.Code == 0 && e.Address >= ring && e.Address < ring + ((ulong)DescriptorBytes << ringLog2))
            {
                for (int at = 0; at < data.Length; at += DescriptorBytes) _descriptors.Add(data[at..(at + DescriptorBytes)]);
            }
            else if (e.Kind == TraceEventKind.MmioWrite && e.Index == 2 && e.Address == 0 && e.Value != 0)
            {
                _tails.Add((int)e.Value);
                MostPending = Math.Max(MostPending, (int)e.Value - _descriptors.Count);
            }
        }
    }

    /// <summary>Doorbells.</summary>
    public int Bells => _tails.Count;

    /// <summary>Most descriptors that were told of and not fetched yet.</summary>
    public int MostPending { get; }

    /// <summary>Most bytes that were given to be hashed before one frame.</summary>
    public int LongestReplay
    {
        get
        {
            (int longest, int now) = (0, 0);
            foreach (byte[] descriptor in _descriptors)
            {
                now = descriptor[0] == Replay ? now + BinaryPrimitives.ReadInt32LittleEndian(descriptor.AsSpan(0x28)) + BinaryPrimitives.ReadInt32LittleEndian(descriptor.AsSpan(0x38)) : 0;
                longest = Math.Max(longest, now);
            }

            return longest;
        }
    }

    /// <summary>Demands that what belongs together was told of together, and that the card fetched all of it.</summary>
    /// <param name="what">Which run.</param>
    public void ExpectWholeSequences(string what)
    {
        foreach (int tail in _tails)
        {
            Expect.That(tail <= _descriptors.Count, $"the card fetches all {tail} descriptors that it is told of ({_descriptors.Count} seen, {what})");
            byte[] last = _descriptors[tail - 1];
            // NOP, FENCE, RESYNC_ANSWER and the end of a DATA chain may be last; a place and what is to be hashed need more.
            Expect.That(last[0] is not (0x10 or 0x11 or 0x12 or Replay or 0x14) && (last[0] != Data || (last[1] & 2) == 0), $"doorbell {tail} ends with a whole sequence (its last opcode is 0x{last[0]:X2}, {what})");
        }
    }
}
