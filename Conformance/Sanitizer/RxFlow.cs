using NicEmu.Conformance.Sanitizer.Rules;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>A receive context with its stream as it came off the wire, its records counted by their headers.</summary>
internal sealed class RxFlow(ulong handle, uint start, ulong firstRecord, TlsRecordLayout layout, FindingLog log)
{
    /// <summary>A request counts as forgotten when the stream is complete so far beyond the candidate, and this time has passed.</summary>
    private const long PatienceBytes = 1 << 18;
    private const long PatiencePs = 100_000_000_000;

    /// <summary>Header, message of five bytes (RFC 8446 §4.6.3), inner type, tag.</summary>
    private const int KeyUpdateLength = TlsRecordLayout.HeaderLength + 5 + 1 + TlsRecordLayout.TagLength;

    private readonly StreamBytes _wire = new();
    private readonly RecordMap _records = new();
    private readonly List<(ResyncAnswerKind Kind, long Offset, ulong Number)> _answers = [];
    private uint _sequence = start;
    private long _offset;
    private (long Offset, long TimePs, bool IsReached)? _request;
    private (string What, long From, long Offset, long TimePs, bool IsExplained)? _doubt;
    private long _complete;
    private long _opened;
    private bool _hasBegun;

    public ulong Handle => handle;

    public bool IsRemoved { get; set; }

    public EventHistory History { get; } = new();

    public string Subject { get; } = $"receive context 0x{handle:X16}";

    /// <summary>An intact segment came.</summary>
    public void Came(uint sequence, ReadOnlySpan<byte> payload, long nowPs)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            _records.Begin(0, firstRecord, layout);
        }

        long at = OffsetOf(sequence);
        if (at + payload.Length <= 0 || at > _offset + (1 << 30))
        {
            return;
        }

        if (at + payload.Length > _offset)
        {
            _sequence = unchecked(_sequence + (uint)(at + payload.Length - _offset));
            _offset = at + payload.Length;
        }

        // What came first is what the host has.
        if (!_wire.Knows(Math.Max(at, 0), payload.Length - (int)Math.Max(-at, 0)))
        {
            _wire.Put(at, payload);
            _complete = _wire.KnownUpTo(_complete);
            _records.Advance(_wire, null);
            CheckAnswers();
            CheckDoubt(nowPs);
        }

        CheckPatience(nowPs);
    }

    /// <summary>The card asked about a candidate.</summary>
    public void Requested(uint candidate, long nowPs) => _request = (OffsetOf(candidate), nowPs, false);

    /// <summary>The card does not wait for an answer any more.</summary>
    public void Settled() => _request = null;

    /// <summary>
    /// The card opened a record, or failed to. Behind a KeyUpdate message that the driver has not read yet it cannot but fail, under the old key; so where a record
    /// of that length lies before, judgment waits for what the driver does with the context.
    /// </summary>
    public void Opened(uint sequence, ulong number, bool isAuthentic, long nowPs)
    {
        long at = OffsetOf(sequence);
        if (isAuthentic)
        {
            // Under an old key nothing opens any more: there was no update.
            ReportDoubt();
            _opened = at;
            return;
        }

        _doubt ??= ($"Record {number} at TCP sequence number 0x{sequence:X8} did not open.", _opened, at, nowPs, false);
        CheckDoubt(nowPs);
    }

    /// <summary>The context is gone.</summary>
    public void Removed()
    {
        IsRemoved = true;
        _doubt = null;
        Settled();
    }

    /// <summary>The driver answered or gave a hint.</summary>
    public void Answered(ResyncAnswerKind kind, uint sequence, ulong number)
    {
        long at = OffsetOf(sequence);
        if (kind != ResyncAnswerKind.NextRecordHint && _request?.Offset == at)
        {
            _request = null;
        }

        _answers.Add((kind, at, number));
        CheckAnswers();
    }

    /// <summary>What waited too long for the driver is reported.</summary>
    public void CheckPatience(long nowPs)
    {
        // The driver can answer from when the header has come, and all before it: that headers beyond a gap are known to this watch is no help to it.
        if (_request is { IsReached: false } asked && _complete >= asked.Offset + TlsRecordLayout.HeaderLength)
        {
            _request = (asked.Offset, nowPs, true);
        }

        if (_request is { IsReached: true } request && IsOverdue(request.Offset, request.TimePs, nowPs))
        {
            _request = null;
            log.Report(KeyRules.AnswerMissing, Subject, $"The card asked about stream offset {request.Offset}; the stream is complete up to {_complete} and no answer came.", History);
        }

        if (_doubt is { } doubt && IsOverdue(doubt.Offset, doubt.TimePs, nowPs))
        {
            ReportDoubt();
        }
    }

    private bool IsOverdue(long offset, long sincePs, long nowPs) => _complete > offset + PatienceBytes && nowPs - sincePs > PatiencePs;

    private void ReportDoubt()
    {
        if (_doubt is { } doubt)
        {
            _doubt = null;
            log.Report(KeyRules.Authentication, Subject, doubt.What, History);
        }
    }

    /// <summary>Looks for the update once the stream is complete up to the record that did not open.</summary>
    private void CheckDoubt(long nowPs)
    {
        // A card may open records before the driver has read that the context exists, and with that which stream is the context's.
        if (_doubt is not { IsExplained: false } doubt || !_hasBegun || (!_records.IsLost && _records.Next < doubt.Offset))
        {
            return;
        }

        if (HasKeyUpdate(doubt.From, doubt.Offset))
        {
            _doubt = doubt with { IsExplained = true, TimePs = nowPs };
        }
        else
        {
            ReportDoubt();
        }
    }

    /// <summary>Whether a record as long as a KeyUpdate message lies within a range.</summary>
    private bool HasKeyUpdate(long from, long to)
    {
        for (int i = _records.Records.Count - 1; layout.Version == TlsVersion.Tls13 && i >= 0 && _records.Records[i].Start >= from; i--)
        {
            if (_records.Records[i].End <= to && _records.Records[i].Length == KeyUpdateLength)
            {
                return true;
            }
        }

        return false;
    }

    private long OffsetOf(uint sequence) => _offset + TcpSequence.Distance(_sequence, sequence);

    private void CheckAnswers()
    {
        for (int i = _answers.Count - 1; i >= 0; i--)
        {
            (ResyncAnswerKind kind, long offset, ulong number) = _answers[i];
            if (_records.IsLost || offset > _records.Next)
            {
                continue;
            }

            _answers.RemoveAt(i);
            StreamRecord? record = _records.Find(offset);
            bool begins = offset == _records.Next || record?.Start == offset;
            if (!begins && record is null)
            {
                continue;
            }

            Judge(kind, offset, number, begins ? record?.Number ?? _records.NextNumber : null);
        }
    }

    private void Judge(ResyncAnswerKind kind, long offset, ulong number, ulong? actual)
    {
        if (kind == ResyncAnswerKind.Refuse)
        {
            if (actual is not null)
            {
                log.Report(KeyRules.WrongRefusal, Subject, $"Record {actual} begins at stream offset {offset}, and the driver refused the candidate there.", History);
            }
        }
        else if (actual is null)
        {
            log.Report(KeyRules.AnswerPlace, Subject, $"The answer says that record {number} begins at stream offset {offset}, where none begins.", History);
        }
        else if (number != actual && !(kind == ResyncAnswerKind.NextRecordHint && number == actual + 1))
        {
            // Linux may give one too many in a hint, and the card expects that.
            log.Report(KeyRules.AnswerNumber, Subject, $"The answer says that record {number} begins at stream offset {offset}; it is record {actual}.", History);
        }
    }
}
