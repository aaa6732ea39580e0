using NicEmu.Driver.Ktls;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>
/// What a list of segments must cost, computed from where they and the records lie and with none of the driver's code: bytes that the card reads and does not
/// send. Written from the rules in docs/resync-cost.md, in terms of stream offsets.
/// </summary>
/// <param name="strategy">The strategy.</param>
/// <param name="prefixLength">Bytes of a record before its content: 5, or 13 with an explicit nonce.</param>
public sealed class ResyncCostModel(TxStrategy strategy, int prefixLength)
{
    private const int Tag = 16;
    private const int Block = 16;

    private long _head;
    private long _place;

    /// <summary>Bytes given again, or skipped by a request.</summary>
    public long Bytes { get; private set; }

    /// <summary>The part of them that was paid for bytes sent for the first time.</summary>
    public long ForNewBytes { get; private set; }

    /// <summary>Notes a segment.</summary>
    /// <param name="from">Offset of its first byte from the first record's.</param>
    /// <param name="to">Offset behind its last.</param>
    /// <param name="recordOf">Start and end of the record that holds an offset.</param>
    public void Send(long from, long to, Func<long, (long Start, long End)> recordOf)
    {
        ArgumentNullException.ThrowIfNull(recordOf);
        long cost = strategy switch
        {
            TxStrategy.Reposition => Reposition(from, to, recordOf(from)),
            TxStrategy.Rebuild => Rebuild(from, recordOf(from)),
            TxStrategy.Range => Range(from, to, recordOf),
            _ => 0,
        };
        Bytes += cost;
        if (from >= _head) ForNewBytes += cost;
        _head = Math.Max(_head, to);
        _place = to;
    }

    /// <summary>The record's beginning, if old bytes reach its tag, or if bytes were left out before new ones.</summary>
    private long Reposition(long from, long to, (long Start, long End) record)
    {
        bool leavesOut = from > _head;
        bool oldReachTag = from < _head && Math.Min(to, _head) > record.End - Tag;
        return leavesOut || oldReachTag ? from - record.Start : 0;
    }

    /// <summary>The record's beginning, whenever the segment does not follow the one before; of it only the gap, if the last one ended in it.</summary>
    private long Rebuild(long from, (long Start, long End) record)
    {
        if (from == _place) return 0;
        return _place > record.Start && _place < from ? from - _place : from - record.Start;
    }

    /// <summary>For each record: all before the wanted bytes if they end with the record, else what is missing to a block of 16.</summary>
    private long Range(long from, long to, Func<long, (long Start, long End)> recordOf)
    {
        long cost = 0;
        while (from < to)
        {
            (long start, long end) = recordOf(from);
            long last = Math.Min(to, end);
            if (from <= end - Tag && last == end) cost += from - start;
            else if (from < end - Tag) cost += from < start + prefixLength ? from - start : (from - start - prefixLength) % Block;
            from = last;
        }

        return cost;
    }
}
