namespace NicEmu.Conformance.Sanitizer;

/// <summary>Remembers the bytes of a stream by their offset: those seen, wherever they are, within a window that ends at the furthest.</summary>
internal sealed class StreamBytes
{
    /// <summary>Longest memory in bytes; more than a sender's window.</summary>
    public const int Limit = 1 << 22;

    private readonly List<(long Start, long End)> _known = [];
    private byte[] _ring = new byte[1 << 14];

    /// <summary>Offset after the furthest byte.</summary>
    public long Top { get; private set; }

    private long Floor => Math.Max(0, Top - _ring.Length);

    /// <summary>Index of the first byte, at or after an index, that is known with another value; -1 when there is none.</summary>
    public int FirstDifference(long at, ReadOnlySpan<byte> bytes, int from = 0)
    {
        foreach ((long start, long end) in _known)
        {
            long low = Math.Max(start, at + from);
            long high = Math.Min(end, at + bytes.Length);
            while (low < high)
            {
                ReadOnlySpan<byte> mine = Run(low, high);
                ReadOnlySpan<byte> theirs = bytes.Slice((int)(low - at), mine.Length);
                int same = mine.CommonPrefixLength(theirs);
                if (same < mine.Length)
                {
                    return (int)(low - at) + same;
                }

                low += mine.Length;
            }
        }

        return -1;
    }

    /// <summary>Whether every byte of a range is known.</summary>
    public bool Knows(long at, int length)
    {
        foreach ((long start, long end) in _known)
        {
            if (at >= start && at + length <= end)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Offset up to which every byte from an offset on is known; the offset itself when its byte is not.</summary>
    public long KnownUpTo(long from)
    {
        foreach ((long start, long end) in _known)
        {
            if (from >= start && from < end)
            {
                return end;
            }
        }

        return from;
    }

    /// <summary>Reads a range; false when a byte of it is not known.</summary>
    public bool TryRead(long at, Span<byte> into)
    {
        if (!Knows(at, into.Length))
        {
            return false;
        }

        for (int done = 0; done < into.Length;)
        {
            ReadOnlySpan<byte> run = Run(at + done, at + into.Length);
            run.CopyTo(into[done..]);
            done += run.Length;
        }

        return true;
    }

    /// <summary>Stores bytes over what was known. Offsets below zero and beyond memory are left out.</summary>
    public void Put(long at, ReadOnlySpan<byte> bytes)
    {
        if (at < 0)
        {
            int skip = (int)Math.Min(-at, bytes.Length);
            at += skip;
            bytes = bytes[skip..];
        }

        long end = at + bytes.Length;
        if (bytes.IsEmpty || bytes.Length > Limit || end - Top > Limit)
        {
            return;
        }

        Grow(end);
        if (at < Floor)
        {
            int skip = (int)Math.Min(Floor - at, bytes.Length);
            at += skip;
            bytes = bytes[skip..];
        }

        while (!bytes.IsEmpty)
        {
            int slot = (int)(at & (_ring.Length - 1));
            int run = Math.Min(bytes.Length, _ring.Length - slot);
            bytes[..run].CopyTo(_ring.AsSpan(slot));
            Merge(at, at + run);
            at += run;
            bytes = bytes[run..];
        }
    }

    private ReadOnlySpan<byte> Run(long at, long end)
    {
        int slot = (int)(at & (_ring.Length - 1));
        return _ring.AsSpan(slot, (int)Math.Min(end - at, _ring.Length - slot));
    }

    private void Grow(long end)
    {
        long oldest = _known.Count > 0 ? _known[0].Start : end;
        int size = _ring.Length;
        while (size < Limit && size < Math.Max(end, Top) - oldest)
        {
            size *= 2;
        }

        if (size != _ring.Length)
        {
            var ring = new byte[size];
            foreach ((long start, long stop) in _known)
            {
                for (long at = start; at < stop;)
                {
                    ReadOnlySpan<byte> run = Run(at, Math.Min(stop, at + size - (at & (size - 1))));
                    run.CopyTo(ring.AsSpan((int)(at & (size - 1))));
                    at += run.Length;
                }
            }

            _ring = ring;
        }

        Top = Math.Max(Top, end);
        while (_known.Count > 0 && _known[0].Start < Floor)
        {
            (long _, long stop) = _known[0];
            _known.RemoveAt(0);
            if (stop > Floor)
            {
                _known.Insert(0, (Floor, stop));
            }
        }
    }

    private void Merge(long start, long end)
    {
        if (_known.Count > 0 && _known[^1].End == start)
        {
            _known[^1] = (_known[^1].Start, end);
            return;
        }

        for (int i = _known.Count - 1; i >= 0; i--)
        {
            if (_known[i].Start <= end && _known[i].End >= start)
            {
                (start, end) = (Math.Min(start, _known[i].Start), Math.Max(end, _known[i].End));
                _known.RemoveAt(i);
            }
        }

        int at = _known.FindIndex(r => r.Start > start);
        _known.Insert(at < 0 ? _known.Count : at, (start, end));
    }
}
