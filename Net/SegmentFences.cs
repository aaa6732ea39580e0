namespace NicEmu.Net;

/// <summary>Sequence numbers that no segment may straddle, in ascending order.</summary>
internal sealed class SegmentFences
{
    private readonly List<uint> _fences = [];

    public void Add(uint sequence)
    {
        if (_fences.Count == 0 || _fences[^1] != sequence) _fences.Add(sequence);
    }

    /// <summary>Shortens a range that starts at <paramref name="sequence"/> so that it ends at the first fence inside it.</summary>
    public int Limit(uint sequence, int length)
    {
        foreach (uint fence in _fences)
        {
            int distance = TcpSequence.Difference(fence, sequence);
            if (distance >= length) return length;
            if (distance > 0) return distance;
        }

        return length;
    }

    /// <summary>True if a fence stands exactly there.</summary>
    public bool IsAt(uint sequence) => _fences.Contains(sequence);

    /// <summary>Forgets the fences that no segment can reach any more.</summary>
    public void RemoveUpTo(uint unacknowledged)
    {
        int count = 0;
        while (count < _fences.Count && TcpSequence.IsBeforeOrAt(_fences[count], unacknowledged)) count++;
        if (count > 0) _fences.RemoveRange(0, count);
    }
}
