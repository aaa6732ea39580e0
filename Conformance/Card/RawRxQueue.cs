using System.Buffers.Binary;
using NicEmu.Spec.Seams;

namespace NicEmu.Conformance.Card;

/// <summary>A receive queue driven by hand: 16-byte buffer descriptors, 64-byte completions.</summary>
public sealed class RawRxQueue
{
    private const int CompletionBytes = 64;
    private const int CompletionLog2 = 8;
    private const int BufferBytes = 2048;

    private readonly RawCard _card;
    private readonly int _index;
    private readonly int _log2;
    private readonly DmaBuffer _ring;
    private readonly DmaBuffer _completions;
    private readonly DmaBuffer _buffers;
    private uint _tail;
    private uint _consumer;

    internal RawRxQueue(RawCard card, int index, int log2)
    {
        (_card, _index, _log2) = (card, index, log2);
        _ring = card.Rig.Bus.AllocateDma(Math.Max(4096, 16 << log2));
        _completions = card.Rig.Bus.AllocateDma(CompletionBytes << CompletionLog2);
        _buffers = card.Rig.Bus.AllocateDma(BufferBytes << log2);
        uint at = 0x6000 + (0x80 * (uint)index);
        card.Write64(at, _ring.BusAddress);
        card.Write(at + 0x08, (uint)log2);
        card.Write64(at + 0x20, _completions.BusAddress);
        card.Write(at + 0x28, CompletionLog2);
        card.Write(at + 0x30, 17 + (uint)index);
        card.Write(at + 0x0C, 1);
        Refill();
    }

    /// <summary>Gives the card every buffer that it does not have.</summary>
    public void Refill()
    {
        while (_tail - _consumer < 1u << _log2)
        {
            uint slot = _tail++ & ((1u << _log2) - 1);
            new Bytes(16).U64(0, _buffers.BusAddress + (slot * BufferBytes)).U32(8, BufferBytes).U32(12, slot).Span.CopyTo(_ring.Span[(int)(slot * 16)..]);
        }

        _card.Rig.Bus.Write(2, (0x1000 * (ulong)_index) + 0x10, 4, _tail);
    }

    /// <summary>Puts frames on the wire and lets the card work.</summary>
    /// <param name="frames">The frames.</param>
    /// <returns>Completions that came since the last call.</returns>
    public IReadOnlyList<RawRxCompletion> Deliver(params byte[][] frames)
    {
        foreach (byte[] frame in frames) _card.Rig.Wire.SendToDevice(frame);
        _card.Run();
        return Take();
    }

    /// <summary>Takes the completions that came and gives the buffers back.</summary>
    public IReadOnlyList<RawRxCompletion> Take()
    {
        var taken = new List<RawRxCompletion>();
        while (true)
        {
            int slot = (int)(_consumer & ((1u << CompletionLog2) - 1));
            ReadOnlySpan<byte> bytes = _completions.Span.Slice(slot * CompletionBytes, CompletionBytes);
            uint phase = (_consumer >> CompletionLog2 & 1) ^ 1;
            if (bytes[63] >> 7 != phase) break;
            uint buffer = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            int length = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            byte[] frame = _buffers.Span.Slice((int)buffer * BufferBytes, Math.Min(length, BufferBytes)).ToArray();
            taken.Add(new RawRxCompletion(
                frame,
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]),
                bytes[16],
                bytes[17],
                bytes[18],
                bytes[19],
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..])));
            _consumer++;
        }

        if (taken.Count == 0) return taken;
        _card.Rig.Bus.Write(2, (0x1000 * (ulong)_index) + 0x14, 4, _consumer);
        Refill();
        return taken;
    }
}
