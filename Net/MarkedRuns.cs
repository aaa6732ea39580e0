namespace NicEmu.Net;

/// <summary>Lengths and marks of the bytes that wait in order for the reader; neighbours with one mark are joined.</summary>
internal sealed class MarkedRuns
{
    // Each run costs eight bytes; a peer that alternates marks byte by byte is stopped here and repeats itself.
    private const int Capacity = 4096;

    private (int Length, int Mark)[] _runs = new (int, int)[8];
    private int _head;
    private int _count;

    /// <summary>Bytes in all runs.</summary>
    public int TotalBytes { get; private set; }

    public (int Length, int Mark) First => _runs[_head];

    /// <summary>Appends bytes; false if the list is full and the last run's mark differs.</summary>
    public bool TryAppend(int length, int mark)
    {
        int last = (_head + _count - 1) & (_runs.Length - 1);
        if (_count > 0 && _runs[last].Mark == mark)
        {
            _runs[last].Length += length;
        }
        else
        {
            if (_count == Capacity) return false;
            if (_count == _runs.Length) Grow();
            _runs[(_head + _count++) & (_runs.Length - 1)] = (length, mark);
        }

        TotalBytes += length;
        return true;
    }

    /// <summary>Removes bytes from the front; at most <see cref="TotalBytes"/>.</summary>
    public void Remove(int length)
    {
        TotalBytes -= length;
        while (length > 0)
        {
            int part = Math.Min(length, _runs[_head].Length);
            _runs[_head].Length -= part;
            length -= part;
            if (_runs[_head].Length > 0) continue;
            _head = (_head + 1) & (_runs.Length - 1);
            _count--;
        }
    }

    private void Grow()
    {
        var larger = new (int, int)[_runs.Length * 2];
        for (int i = 0; i < _count; i++) larger[i] = _runs[(_head + i) & (_runs.Length - 1)];
        (_runs, _head) = (larger, 0);
    }
}
