namespace NicEmu.Net;

/// <summary>The ranges above SND.UNA that the peer holds (RFC 6675 §3), ascending, disjoint and not touching.</summary>
internal sealed class SackScoreboard
{
    // A peer that reports more holes than this loses precision, not correctness.
    private const int Capacity = 128;

    private readonly SackBlock[] _blocks = new SackBlock[Capacity + 1];

    public int Count { get; private set; }

    public int TotalBytes { get; private set; }

    public SackBlock this[int index] => _blocks[index];

    public void Clear() => (Count, TotalBytes) = (0, 0);

    /// <summary>Adds a range; true if it covers a byte that was not covered before.</summary>
    public bool Add(uint start, uint end)
    {
        int first = 0;
        while (first < Count && TcpSequence.IsBefore(_blocks[first].End, start)) first++;
        int last = first;
        int before = TotalBytes;
        while (last < Count && TcpSequence.IsBeforeOrAt(_blocks[last].Start, end))
        {
            start = TcpSequence.Min(start, _blocks[last].Start);
            end = TcpSequence.Max(end, _blocks[last].End);
            TotalBytes -= TcpSequence.Difference(_blocks[last].End, _blocks[last].Start);
            last++;
        }

        if (first == last && Count == Capacity) return false;
        Array.Copy(_blocks, last, _blocks, first + 1, Count - last);
        _blocks[first] = new(start, end);
        Count += 1 - (last - first);
        TotalBytes += TcpSequence.Difference(end, start);
        return TotalBytes > before;
    }

    /// <summary>Forgets everything before the cumulative acknowledgment.</summary>
    public void RemoveBelow(uint unacknowledged)
    {
        int count = 0;
        while (count < Count && TcpSequence.IsBeforeOrAt(_blocks[count].End, unacknowledged))
        {
            TotalBytes -= TcpSequence.Difference(_blocks[count].End, _blocks[count].Start);
            count++;
        }

        Array.Copy(_blocks, count, _blocks, 0, Count - count);
        Count -= count;
        if (Count == 0 || !TcpSequence.IsBefore(_blocks[0].Start, unacknowledged)) return;
        TotalBytes -= TcpSequence.Difference(unacknowledged, _blocks[0].Start);
        _blocks[0] = new(unacknowledged, _blocks[0].End);
    }

    /// <summary>RFC 6675 §4, IsLost: three separate ranges, or more than two segments' bytes, are held above the hole before block <paramref name="index"/>.</summary>
    public bool IsLostBefore(int index, int segmentSize)
    {
        if (Count - index >= 3) return true;
        int bytes = 0;
        for (int i = index; i < Count; i++) bytes += TcpSequence.Difference(_blocks[i].End, _blocks[i].Start);
        return bytes > 2 * segmentSize;
    }
}
