namespace NicEmu.Board.Faults;

/// <summary>One ring in host memory.</summary>
/// <param name="Class">What it holds.</param>
/// <param name="Base">Bus address of its first byte.</param>
/// <param name="EntryBytes">Bytes of one entry.</param>
/// <param name="Entries">Number of entries.</param>
internal readonly record struct RingRange(DmaClass Class, ulong Base, int EntryBytes, int Entries)
{
    public bool Contains(ulong address) => Entries > 0 && address >= Base && address - Base < (ulong)EntryBytes * (ulong)Entries;

    public int EntryOf(ulong address) => (int)((address - Base) / (ulong)EntryBytes);

    public int OffsetInEntry(ulong address) => (int)((address - Base) % (ulong)EntryBytes);
}
