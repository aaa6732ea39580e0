using NicEmu.Spec.Tls;

namespace NicEmu.Traces.Tls;

/// <summary>
/// One direction of a TCP connection, put together from its segments in any order. Where bytes came twice the first copy counts, as it did for the
/// receiver. Memory is bounded by the bytes captured, whatever sequence numbers they claim.
/// </summary>
internal sealed class TcpDirection
{
    private readonly List<StreamPiece> _pieces = [];
    private readonly Dictionary<StreamPiece, (long Start, long End)> _repeats = new(ReferenceEqualityComparer.Instance);
    private uint _base;
    private bool _hasBase;
    private long _highest;
    private StreamPiece[]? _sorted;
    private int _longest;

    /// <summary>Whether the capture holds the SYN, so that offset 0 is the first byte of the connection.</summary>
    public bool HasSyn { get; private set; }

    /// <summary>TCP sequence number of offset 0.</summary>
    public uint FirstSequence => _base;

    public int Segments => _pieces.Count;

    /// <summary>Segments that repeat bytes.</summary>
    public int RepeatingSegments => _repeats.Count;

    /// <summary>Bytes that came twice and differed.</summary>
    public long Conflicts { get; private set; }

    public bool IsNewSyn(uint sequence) => _hasBase && _pieces.Count > 0 && unchecked(sequence + 1) != _base;

    public void Syn(uint sequence)
    {
        if (!_hasBase)
        {
            _base = unchecked(sequence + 1);
            _hasBase = HasSyn = true;
        }
    }

    public void Add(uint sequence, ReadOnlyMemory<byte> payload, int frame)
    {
        if (!_hasBase)
        {
            _base = sequence;
            _hasBase = true;
        }

        long offset = _highest + TcpSequence.Distance(unchecked(_base + (uint)_highest), sequence);
        if (HasSyn && offset < 0)
        {
            // A keep-alive probe repeats the byte before the stream (RFC 9293 §3.8.4).
            int before = (int)Math.Min(-offset, payload.Length);
            payload = payload[before..];
            offset += before;
        }

        if (!payload.IsEmpty)
        {
            _pieces.Add(new StreamPiece(offset, payload, frame));
            _highest = Math.Max(_highest, offset + payload.Length);
            _longest = Math.Max(_longest, payload.Length);
        }
    }

    /// <summary>Puts the stream together. Without a SYN the least offset becomes 0.</summary>
    public List<StreamRun> Assemble()
    {
        long least = HasSyn || _pieces.Count == 0 ? 0 : _pieces.Min(p => p.Offset);
        _base = unchecked(_base + (uint)least);
        // The order of the file decides between copies: OrderBy is stable.
        _sorted = [.. _pieces.Select(p => p with { Offset = p.Offset - least }).OrderBy(p => p.Offset)];
        List<(long Start, long End)> ranges = [];
        foreach (StreamPiece piece in _sorted)
        {
            if (ranges.Count > 0 && piece.Offset <= ranges[^1].End)
            {
                ranges[^1] = (ranges[^1].Start, Math.Max(ranges[^1].End, piece.End));
            }
            else
            {
                ranges.Add((piece.Offset, piece.End));
            }
        }

        List<StreamRun> runs = [.. ranges.Select(r => new StreamRun(r.Start, new byte[r.End - r.Start]))];
        var filled = runs.Select(r => new bool[r.Data.Length]).ToArray();
        foreach (StreamPiece piece in _sorted.OrderBy(p => p.Frame))
        {
            Fill(piece, runs, filled);
        }

        return runs;
    }

    /// <summary>The pieces that carry bytes of a range, in the order of their offsets.</summary>
    public IEnumerable<StreamPiece> Carrying(long start, long end)
    {
        StreamPiece[] sorted = _sorted ?? [];
        int low = 0;
        int high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle].Offset < start - _longest)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        for (int i = low; i < sorted.Length && sorted[i].Offset < end; i++)
        {
            if (sorted[i].End > start)
            {
                yield return sorted[i];
            }
        }
    }

    /// <summary>The repetitions of bytes of a range, in the order of the packets.</summary>
    public IEnumerable<(int Frame, long Start, long End)> RepeatsIn(long start, long end) => Carrying(start, end)
        .Where(_repeats.ContainsKey)
        .Select(p => (p.Frame, _repeats[p].Start, _repeats[p].End))
        .Where(r => r.Start < end && r.End > start)
        .OrderBy(r => r.Frame);

    private void Fill(StreamPiece piece, List<StreamRun> runs, bool[][] filled)
    {
        int index = RunAt(runs, piece.Offset);
        int at = (int)(piece.Offset - runs[index].Offset);
        ReadOnlySpan<byte> data = piece.Data.Span;
        Span<byte> target = runs[index].Data.AsSpan(at, data.Length);
        Span<bool> known = filled[index].AsSpan(at, data.Length);
        int first = -1;
        int last = -1;
        for (int i = 0; i < data.Length; i++)
        {
            if (!known[i])
            {
                target[i] = data[i];
                known[i] = true;
                continue;
            }

            first = first < 0 ? i : first;
            last = i;
            Conflicts += target[i] != data[i] ? 1 : 0;
        }

        if (first >= 0)
        {
            _repeats.Add(piece, (piece.Offset + first, piece.Offset + last + 1));
        }
    }

    private static int RunAt(List<StreamRun> runs, long offset)
    {
        int low = 0;
        int high = runs.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (runs[middle].Offset <= offset)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }
}
