using System.Buffers.Binary;
using NicEmu.Spec.Events;
using NicEmu.Spec.Seams;

namespace NicEmu.Conformance.Card;

/// <summary>A transmit queue driven by hand: 64-byte descriptors, 16-byte completions, a doorbell page of 4096 bytes in BAR 2.</summary>
public sealed class RawTxQueue
{
    private const int DescriptorBytes = 64;
    private const int CompletionBytes = 16;
    private const int CompletionLog2 = 8;

    private readonly RawCard _card;
    private readonly int _index;
    private readonly DmaBuffer _ring;
    private readonly DmaBuffer _completions;
    private uint _consumer;

    internal RawTxQueue(RawCard card, int index, int log2)
    {
        (_card, _index, Log2) = (card, index, log2);
        _ring = card.Rig.Bus.AllocateDma(DescriptorBytes << log2);
        _completions = card.Rig.Bus.AllocateDma(CompletionBytes << CompletionLog2);
        Enable();
    }

    /// <summary>Descriptors as a power of two.</summary>
    public int Log2 { get; }

    /// <summary>Free-running index behind the last descriptor put into the ring.</summary>
    public uint Tail { get; set; }

    /// <summary>Offset of the queue's registers in BAR 0.</summary>
    public uint Registers => 0x4000 + (0x80 * (uint)_index);

    /// <summary>The descriptor ring.</summary>
    public DmaBuffer Ring => _ring;

    /// <summary>Programs and enables the queue; indices begin at zero.</summary>
    public void Enable()
    {
        (Tail, _consumer) = (0, 0);
        _completions.Span.Clear();
        _card.Write64(Registers, _ring.BusAddress);
        _card.Write(Registers + 0x08, (uint)Log2);
        _card.Write64(Registers + 0x20, _completions.BusAddress);
        _card.Write(Registers + 0x28, CompletionLog2);
        _card.Write(Registers + 0x30, 1 + (uint)_index);
        _card.Write(Registers + 0x0C, 1);
    }

    /// <summary>Puts a descriptor into the ring; the card does not know of it yet.</summary>
    /// <param name="descriptor">64 bytes.</param>
    public void Put(ReadOnlySpan<byte> descriptor)
    {
        descriptor.CopyTo(_ring.Span[(int)((Tail++ & ((1u << Log2) - 1)) * DescriptorBytes)..]);
    }

    /// <summary>Rings the doorbell.</summary>
    /// <param name="tail">What to write; null for <see cref="Tail"/>.</param>
    public void Doorbell(uint? tail = null) => _card.Rig.Bus.Write(2, 0x1000 * (ulong)_index, 4, tail ?? Tail);

    /// <summary>Puts descriptors into the ring, rings the doorbell and lets the card work.</summary>
    /// <param name="descriptors">64 bytes each.</param>
    /// <returns>Completions that came since the last call.</returns>
    public IReadOnlyList<RawCompletion> Post(params byte[][] descriptors)
    {
        foreach (byte[] descriptor in descriptors) Put(descriptor);
        Doorbell();
        _card.Run();
        return Take();
    }

    /// <summary>Takes the completions that came.</summary>
    public IReadOnlyList<RawCompletion> Take()
    {
        var taken = new List<RawCompletion>();
        while (true)
        {
            int slot = (int)(_consumer & ((1u << CompletionLog2) - 1));
            ReadOnlySpan<byte> bytes = _completions.Span.Slice(slot * CompletionBytes, CompletionBytes);
            uint phase = (_consumer >> CompletionLog2 & 1) ^ 1;
            if (bytes[15] >> 7 != phase) break;
            taken.Add(new RawCompletion(BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]), bytes[8], bytes[9], BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..])));
            _consumer++;
        }

        if (taken.Count > 0) _card.Rig.Bus.Write(2, (0x1000 * (ulong)_index) + 4, 4, _consumer);
        return taken;
    }

    /// <summary>Descriptors that the card has fetched.</summary>
    /// <param name="from">Index of the first event looked at; the ring may not have wrapped since.</param>
    public int Fetched(int from)
    {
        ulong end = _ring.BusAddress + (ulong)(DescriptorBytes << Log2);
        return _card.Rig.Events.Of(TraceEventKind.DmaRead, from).Where(e => e.Event.Address >= _ring.BusAddress && e.Event.Address < end).Sum(e => e.Data.Length / DescriptorBytes);
    }

    /// <summary>DATA with one segment.</summary>
    /// <param name="address">Bus address of the frame.</param>
    /// <param name="length">Its length.</param>
    /// <param name="handle">TLS context; 0 sends as it is.</param>
    /// <param name="headerLength">Bytes before the TCP payload; needed with TLS.</param>
    /// <param name="cookie">Cookie.</param>
    /// <param name="mss">Payload of one frame; 0 does not cut.</param>
    public static byte[] Data(ulong address, uint length, ulong handle = 0, ushort headerLength = 0, uint cookie = 0, ushort mss = 0)
    {
        byte offloads = (byte)((handle != 0 ? 0x10 : 0) | (mss != 0 ? 0x04 : 0));
        return new Bytes(DescriptorBytes).U8(0, 0x01).U8(1, 0x01).U8(2, 1).U8(3, offloads).U32(4, cookie).U64(8, handle).U16(16, mss).U16(18, headerLength)
            .U64(32, address).U32(40, length).Span.ToArray();
    }

    /// <summary>A descriptor of which only opcode, flags, cookie and handle are not zero.</summary>
    /// <param name="opcode">Opcode.</param>
    /// <param name="handle">Object.</param>
    /// <param name="cookie">Cookie.</param>
    /// <param name="flags">Flags; bit 0 asks for a completion.</param>
    public static Bytes Bare(byte opcode, ulong handle = 0, uint cookie = 0, byte flags = 1) => new Bytes(DescriptorBytes).U8(0, opcode).U8(1, flags).U32(4, cookie).U64(8, handle);
}
