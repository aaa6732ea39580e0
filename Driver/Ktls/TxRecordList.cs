using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Ktls;

/// <summary>The records of a connection that TCP may still send, in ascending order and without gaps.</summary>
internal sealed class TxRecordList
{
    private TxRecord?[] _records = new TxRecord?[16];
    private int _head;

    public int Count { get; private set; }

    public TxRecord this[int index] => _records[(_head + index) & (_records.Length - 1)]!;

    public void Add(TxRecord record)
    {
        if (Count == _records.Length)
        {
            var larger = new TxRecord?[Count * 2];
            for (int i = 0; i < Count; i++) larger[i] = this[i];
            (_records, _head) = (larger, 0);
        }

        _records[(_head + Count++) & (_records.Length - 1)] = record;
    }

    /// <summary>Index of the record that holds a sequence number; -1 if none does.</summary>
    public int Find(uint sequence)
    {
        int low = 0;
        int high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            TxRecord record = this[middle];
            if (TcpSequence.IsBefore(sequence, record.Start)) high = middle - 1;
            else if (TcpSequence.IsBefore(sequence, record.End)) return middle;
            else low = middle + 1;
        }

        return -1;
    }

    /// <summary>Forgets the records that are acknowledged to their last byte.</summary>
    public void ReleaseUpTo(uint unacknowledged)
    {
        while (Count > 0 && !TcpSequence.IsAfter(this[0].End, unacknowledged))
        {
            this[0].Return();
            _records[_head] = null;
            _head = (_head + 1) & (_records.Length - 1);
            Count--;
        }
    }

    public void Clear()
    {
        for (int i = 0; i < Count; i++) this[i].Return();
        (_records, _head, Count) = (new TxRecord?[16], 0, 0);
    }
}
