using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Registers;

namespace NicEmu.Board.Faults;

/// <summary>Knows where the rings are, from the addresses and sizes that the driver writes to the card's registers.</summary>
internal sealed class RingMap
{
    private readonly Dictionary<uint, uint> _words = [];
    private List<RingRange>? _ranges;

    /// <summary>Notes a register write.</summary>
    public void OnWrite(int bar, ulong offset, ReadOnlySpan<byte> data)
    {
        if (bar != NativeDevice.RegisterBar || data.Length is not (4 or 8) || !IsOfInterest(offset))
        {
            return;
        }

        _words[(uint)offset] = BinaryPrimitives.ReadUInt32LittleEndian(data);
        if (data.Length == 8)
        {
            _words[(uint)offset + 4] = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
        }

        _ranges = null;
    }

    /// <summary>The ring that an address lies in; its class is <see cref="DmaClass.Payload"/> when there is none.</summary>
    public RingRange Find(ulong address)
    {
        foreach (RingRange range in _ranges ??= Collect())
        {
            if (range.Contains(address))
            {
                return range;
            }
        }

        return default;
    }

    /// <summary>Whether the driver has told the card of a ring of a class.</summary>
    public bool Has(DmaClass kind) => (_ranges ??= Collect()).Exists(range => range.Class == kind);

    private static bool IsOfInterest(ulong offset) =>
        Within(NativeMap.Event, 1, offset) || Within(NativeMap.Toe, 1, offset) || Within(NativeMap.TxQueue, NativeDevice.QueuePairs, offset) || Within(NativeMap.RxQueue, NativeDevice.QueuePairs, offset);

    private static bool Within(RegisterBlock block, int count, ulong offset) => offset >= block.BaseOffset && offset < block.BaseOffset + ((ulong)count * block.Size);

    private List<RingRange> Collect()
    {
        List<RingRange> ranges = [];
        EventBlock events = NativeMap.Event;
        Add(ranges, DmaClass.Event, Unsafe.SizeOf<EventEntry>(), events.OffsetOf(events.Base), events.OffsetOf(events.RingSize));
        ToeBlock engine = NativeMap.Toe;
        Add(ranges, DmaClass.ToeCommand, Unsafe.SizeOf<ToeCommand>(), engine.OffsetOf(engine.Base), engine.OffsetOf(engine.RingSize));
        Add(ranges, DmaClass.ToeCompletion, Unsafe.SizeOf<ToeCompletion>(), engine.OffsetOf(engine.CompletionBase), engine.OffsetOf(engine.CompletionSize));
        for (int i = 0; i < NativeDevice.QueuePairs; i++)
        {
            QueueBlock tx = NativeMap.TxQueue;
            QueueBlock rx = NativeMap.RxQueue;
            Add(ranges, DmaClass.TxDescriptor, Unsafe.SizeOf<DataDescriptor>(), tx.OffsetOf(tx.Base, i), tx.OffsetOf(tx.RingSize, i));
            Add(ranges, DmaClass.TxCompletion, Unsafe.SizeOf<TxCompletion>(), tx.OffsetOf(tx.CompletionBase, i), tx.OffsetOf(tx.CompletionSize, i));
            Add(ranges, DmaClass.RxDescriptor, Unsafe.SizeOf<RxDescriptor>(), rx.OffsetOf(rx.Base, i), rx.OffsetOf(rx.RingSize, i));
            Add(ranges, DmaClass.RxCompletion, Unsafe.SizeOf<RxCompletion>(), rx.OffsetOf(rx.CompletionBase, i), rx.OffsetOf(rx.CompletionSize, i));
        }

        return ranges;
    }

    private void Add(List<RingRange> ranges, DmaClass kind, int entryBytes, uint baseOffset, uint sizeOffset)
    {
        ulong address = Word(baseOffset) | ((ulong)Word(baseOffset + 4) << 32);
        uint log2 = Word(sizeOffset) & 31;
        if (address != 0 && log2 <= NativeDevice.MaxRingLog2)
        {
            ranges.Add(new RingRange(kind, address, entryBytes, 1 << (int)log2));
        }
    }

    private uint Word(uint offset) => _words.GetValueOrDefault(offset);
}
