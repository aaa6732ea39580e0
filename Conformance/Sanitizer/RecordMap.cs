using System.Buffers.Binary;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>
/// Counts the records of a stream by their headers, which are never encrypted: an own count, against which every record number that the driver
/// names is checked.
/// </summary>
internal sealed class RecordMap
{
    private const int Kept = 8192;

    private readonly List<StreamRecord> _records = [];
    private readonly List<(long Start, ulong Number, TlsRecordLayout Layout)> _starts = [];
    private readonly byte[] _header = new byte[TlsRecordLayout.HeaderLength];
    private int _current = -1;

    /// <summary>Offset where the next record begins; the headers before it are counted.</summary>
    public long Next { get; private set; }

    /// <summary>Number of that record.</summary>
    public ulong NextNumber { get; private set; }

    /// <summary>Whether the place is lost: no header stands where one belongs.</summary>
    public bool IsLost { get; private set; } = true;

    /// <summary>Records counted so far.</summary>
    public IReadOnlyList<StreamRecord> Records => _records;

    /// <summary>A context begins: records from there on are counted from a number.</summary>
    /// <returns>False when the place lies within a record that was counted.</returns>
    public bool Begin(long start, ulong number, in TlsRecordLayout layout)
    {
        bool fits = IsLost || start >= Next || Find(start) is not { } record || record.Start == start;
        _starts.Add((start, number, layout));
        if (IsLost || start <= Next)
        {
            // Records counted beyond belong to the new context.
            _records.RemoveAll(r => r.Start >= start);
            _current = _starts.Count - 1;
            (Next, NextNumber, IsLost) = (start, number, false);
        }

        return fits;
    }

    /// <summary>Counts on as far as headers are known.</summary>
    /// <param name="first">Looked into first.</param>
    /// <param name="second">Looked into where the first does not know; may be null.</param>
    public void Advance(StreamBytes first, StreamBytes? second)
    {
        while (!IsLost && (first.TryRead(Next, _header) || (second is not null && second.TryRead(Next, _header))))
        {
            TlsRecordLayout layout = _starts[_current].Layout;
            if (!layout.IsPlausibleHeader(_header))
            {
                IsLost = true;
                return;
            }

            int length = TlsRecordLayout.HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(3));
            _records.Add(new StreamRecord(Next, length, NextNumber, layout.PrefixLength));
            Next += length;
            NextNumber++;
            Switch();
            if (_records.Count > Kept)
            {
                _records.RemoveRange(0, Kept / 2);
            }
        }
    }

    /// <summary>The record that holds an offset; null when it is not known.</summary>
    public StreamRecord? Find(long offset)
    {
        int low = 0;
        int high = _records.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _records[middle].Start <= offset ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && offset < _records[low - 1].End ? _records[low - 1] : null;
    }

    private void Switch()
    {
        for (int i = _current + 1; i < _starts.Count; i++)
        {
            if (_starts[i].Start == Next)
            {
                (_current, NextNumber) = (i, _starts[i].Number);
            }
        }
    }
}
