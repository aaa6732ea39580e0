namespace NicEmu.Net;

/// <summary>Ranges that arrived beyond RCV.NXT, ascending and disjoint, each with the mark of its frame.</summary>
internal sealed class ReassemblyQueue
{
    private const int Capacity = 256;

    private readonly (uint Start, uint End, int Mark)[] _ranges = new (uint, uint, int)[Capacity];
    private readonly uint[] _recent = new uint[SackBlockList.Capacity];
    private int _recentCount;

    public int Count { get; private set; }

    public (uint Start, uint End, int Mark) First => _ranges[0];

    /// <summary>The first part of [start, end) that no range covers; false if all is covered.</summary>
    public bool TryFindUncovered(uint start, uint end, out uint from, out uint to)
    {
        (from, to) = (start, end);
        for (int i = 0; i < Count && TcpSequence.IsBefore(from, end); i++)
        {
            if (TcpSequence.IsBeforeOrAt(_ranges[i].End, from)) continue;
            if (TcpSequence.IsAfter(_ranges[i].Start, from))
            {
                to = TcpSequence.Min(end, _ranges[i].Start);
                break;
            }

            from = _ranges[i].End;
        }

        return TcpSequence.IsBefore(from, to);
    }

    /// <summary>Adds a range that overlaps none; false if there is no room for it.</summary>
    public bool TryAdd(uint start, uint end, int mark)
    {
        int at = 0;
        while (at < Count && TcpSequence.IsBefore(_ranges[at].Start, start)) at++;
        bool joinsLeft = at > 0 && _ranges[at - 1].End == start && _ranges[at - 1].Mark == mark;
        bool joinsRight = at < Count && _ranges[at].Start == end && _ranges[at].Mark == mark;
        if (joinsLeft && joinsRight)
        {
            _ranges[at - 1].End = _ranges[at].End;
            RemoveAt(at);
        }
        else if (joinsLeft)
        {
            _ranges[at - 1].End = end;
        }
        else if (joinsRight)
        {
            _ranges[at].Start = start;
        }
        else
        {
            if (Count == Capacity) return false;
            Array.Copy(_ranges, at, _ranges, at + 1, Count - at);
            _ranges[at] = (start, end, mark);
            Count++;
        }

        return true;
    }

    public void RemoveFirst()
    {
        RemoveAt(0);
        if (Count == 0) _recentCount = 0;
    }

    /// <summary>Remembers which range the next SACK option has to report first (RFC 2018 §4): one number for each block, the latest first.</summary>
    public void Touch(uint sequence)
    {
        if (!TryFindBlock(sequence, out SackBlock changed)) return;
        int kept = 0;
        for (int i = 0; i < _recentCount; i++)
        {
            if (TryFindBlock(_recent[i], out SackBlock block) && block != changed) _recent[kept++] = _recent[i];
        }

        _recentCount = Math.Min(kept + 1, _recent.Length);
        for (int i = _recentCount - 1; i > 0; i--) _recent[i] = _recent[i - 1];
        _recent[0] = sequence;
    }

    /// <summary>Appends the blocks to report, each once: the recently changed first, then the others in order.</summary>
    public void AddSackBlocks(ref TcpOptions options, int maximum)
    {
        for (int i = 0; i < _recentCount && options.SackCount < maximum; i++)
        {
            if (TryFindBlock(_recent[i], out SackBlock block) && !Contains(options, block)) options.AddSackBlock(block);
        }

        for (int i = 0; i < Count && options.SackCount < maximum;)
        {
            SackBlock block = BlockFrom(ref i);
            if (!Contains(options, block)) options.AddSackBlock(block);
        }
    }

    private static bool Contains(in TcpOptions options, SackBlock block)
    {
        for (int i = 0; i < options.SackCount; i++)
        {
            if (options.GetSackBlock(i) == block) return true;
        }

        return false;
    }

    /// <summary>The contiguous bytes around a sequence number, whatever their marks.</summary>
    private bool TryFindBlock(uint sequence, out SackBlock block)
    {
        for (int i = 0; i < Count;)
        {
            block = BlockFrom(ref i);
            if (TcpSequence.IsAfterOrAt(sequence, block.Start) && TcpSequence.IsBefore(sequence, block.End)) return true;
        }

        block = default;
        return false;
    }

    /// <summary>The block that begins with a range; moves the index behind it.</summary>
    private SackBlock BlockFrom(ref int index)
    {
        uint start = _ranges[index].Start;
        uint end = _ranges[index].End;
        for (index++; index < Count && _ranges[index].Start == end; index++) end = _ranges[index].End;
        return new(start, end);
    }

    private void RemoveAt(int index)
    {
        Count--;
        Array.Copy(_ranges, index + 1, _ranges, index, Count - index);
    }
}
