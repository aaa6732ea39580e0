using System.Runtime.Intrinsics;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Sanitizer.Rules;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>
/// The sending direction of one offloaded connection: what was given to cards to be encrypted, what left on the wire, and where its records are.
/// Offset 0 is the first byte of its first context.
/// </summary>
internal sealed class TxFlow(FlowKey key, uint start, FindingLog log)
{
    private const int TellingTagBytes = 8;
    private const int TellingBytes = 6;
    private const int HistogramBytes = 256;

    /// <summary>Chi-squared over 255 degrees of freedom: mean 255, standard deviation 23. Ciphertext stays far below.</summary>
    private const double CipherChiSquared = 600;

    private readonly StreamBytes _given = new();
    private readonly StreamBytes _wire = new();
    private readonly List<(long Start, TxContext Context)> _contexts = [];
    private readonly List<(long Offset, ulong Number)> _updates = [];
    private uint _sequence = start;
    private long _offset;

    public RecordMap Records { get; } = new();

    public string Subject { get; } = $"flow from {key}";

    /// <summary>Stream offset of a sequence number, by its distance to the furthest one seen.</summary>
    public long OffsetOf(uint sequence) => _offset + TcpSequence.Distance(_sequence, sequence);

    /// <summary>A context takes part.</summary>
    public void Bind(TxContext context)
    {
        long at = OffsetOf(context.StartSequence);
        if (!Records.Begin(at, context.FirstRecord, context.Layout))
        {
            log.Report(TlsRules.StartWithinRecord, context.Subject, $"The context begins at stream offset {at}, within record {Records.Find(at)?.Number} of its flow.", context.History);
        }

        _contexts.Add((at, context));
    }

    /// <summary>A chain was accepted under a context.</summary>
    public void Given(TxContext context, uint sequence, ReadOnlySpan<byte> payload, PlaintextIndex index)
    {
        long at = OffsetOf(sequence);
        CheckOwner(context, at, payload.Length);
        long end = at + payload.Length;
        long top = _given.Top;
        CompareGiven(TlsRules.NonceReuse, context, at, payload, "was given to the card again with another content");
        Reach(end);
        _given.Put(at, payload);
        CountRecords();
        if (end > top)
        {
            IndexContent(at, payload, index);
        }
    }

    /// <summary>Bytes of a record were replayed.</summary>
    /// <returns>Offset after them.</returns>
    public long Replayed(TxContext context, long at, ReadOnlySpan<byte> plaintext)
    {
        CompareGiven(TlsRules.ReplayDiffers, context, at, plaintext, "was replayed with another content than it was sent with");
        return at + plaintext.Length;
    }

    /// <summary>A range is placed.</summary>
    public void Positioned(TxContext context, in PositionDescriptor position)
    {
        long at = OffsetOf(position.RecordStartSequence);
        if (at < 0 || Records.IsLost || at >= Records.Next || Records.Find(at) is not { } record)
        {
            if (!Records.IsLost && at == Records.Next && position.RecordNumber != Records.NextNumber)
            {
                log.Report(TlsRules.PositionNumber, context.Subject, $"POSITION says that record {position.RecordNumber} begins at stream offset {at}; the next one is {Records.NextNumber}.", context.History);
            }

            return;
        }

        int length = TlsRecordLayout.HeaderLength + position.LengthField;
        if (record.Start != at || record.Length != length)
        {
            log.Report(
                TlsRules.PositionPlace, context.Subject,
                $"POSITION names a record of {length} bytes at stream offset {at}; there lies record {record.Number}, {record.Length} bytes from {record.Start}.", context.History);
        }
        else if (record.Number != position.RecordNumber)
        {
            log.Report(TlsRules.PositionNumber, context.Subject, $"POSITION says record {position.RecordNumber} at stream offset {at}; the record there has number {record.Number}.", context.History);
            ReportReuse(context, position.RecordNumber, at);
        }
        else
        {
            CheckHead(context, position, record);
        }
    }

    /// <summary>The driver says which record begins at a place.</summary>
    public void Updated(TxContext context, uint sequence, ulong number)
    {
        _updates.Add((OffsetOf(sequence), number));
        CheckUpdates(context);
    }

    /// <summary>A segment left. A segment may begin before offset 0: what is before is not looked at.</summary>
    public void Left(uint sequence, ReadOnlySpan<byte> payload, bool isSealed)
    {
        long at = OffsetOf(sequence);
        if (at < 0)
        {
            int before = (int)Math.Min(-at, payload.Length);
            at += before;
            payload = payload[before..];
        }

        if (payload.IsEmpty)
        {
            return;
        }

        EventHistory? history = _contexts.Count > 0 ? _contexts[^1].Context.History : null;
        Reach(at + payload.Length);
        bool isNew = !_wire.Knows(at, payload.Length);
        int difference = _wire.FirstDifference(at, payload);
        _wire.Put(at, payload);
        CountRecords();
        bool isClear = LooksGiven(at, payload, history);
        if (difference >= 0)
        {
            StreamRecord? record = Records.Find(at + difference);
            log.Report(TlsRules.WireDiffers, Subject, $"Stream offset {at + difference}, in record {record?.Number}, left again with another value{(isSealed ? ", sealed by the card" : ", not sealed by the card")}.", history);
        }
        else if (!isSealed && isNew && !isClear)
        {
            CheckLooks(at, payload, history);
        }
    }

    private static bool IsEqualBlock(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        for (int i = 0; i + 16 <= a.Length; i += 16)
        {
            if (Vector128.Create(a[i..]) == Vector128.Create(b[i..]))
            {
                return true;
            }
        }

        return a.Length is >= TellingBytes and < 16 && a.SequenceEqual(b);
    }

    private void Reach(long end)
    {
        if (end > _offset)
        {
            _sequence = unchecked(_sequence + (uint)(end - _offset));
            _offset = end;
        }
    }

    private void CountRecords()
    {
        Records.Advance(_given, _wire);
        if (_updates.Count > 0 && _contexts.Count > 0)
        {
            CheckUpdates(_contexts[^1].Context);
        }
    }

    private void CheckOwner(TxContext context, long at, int length)
    {
        for (int i = _contexts.Count - 1; i >= 0; i--)
        {
            if (_contexts[i].Start < at + length)
            {
                if (!ReferenceEquals(_contexts[i].Context, context) && !_contexts[i].Context.IsRemoved)
                {
                    log.Report(TlsRules.TwoContexts, context.Subject, $"Stream offset {at} belongs to {_contexts[i].Context.Subject}, which begins at {_contexts[i].Start}.", context.History);
                }

                return;
            }
        }
    }

    private void CompareGiven(SanitizerRule rule, TxContext context, long at, ReadOnlySpan<byte> bytes, string what)
    {
        for (int from = 0; (from = _given.FirstDifference(at, bytes, from)) >= 0;)
        {
            // The filler in a tag's place may be anything.
            if (Records.Find(at + from) is { } record && at + from >= record.TagStart)
            {
                from = (int)(record.End - at);
                continue;
            }

            log.Report(rule, context.Subject, $"Stream offset {at + from}, in record {Records.Find(at + from)?.Number}, {what}.", context.History);
            return;
        }
    }

    private void CheckHead(TxContext context, in PositionDescriptor position, in StreamRecord record)
    {
        Span<byte> head = stackalloc byte[TlsRecordLayout.HeaderLength + 8];
        if (!_given.TryRead(record.Start, head[..record.Prefix]))
        {
            return;
        }

        ulong nonce = record.Prefix > TlsRecordLayout.HeaderLength ? System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(head[TlsRecordLayout.HeaderLength..]) : 0;
        if (head[0] != position.RecordType || nonce != position.ExplicitNonce)
        {
            log.Report(
                TlsRules.PositionPlace, context.Subject,
                $"POSITION describes record {record.Number} with type {position.RecordType} and explicit nonce 0x{position.ExplicitNonce:X16}; it was sent with {head[0]} and 0x{nonce:X16}.", context.History);
        }
    }

    private void ReportReuse(TxContext context, ulong number, long at)
    {
        foreach (StreamRecord record in Records.Records)
        {
            if (record.Number == number && record.Start != at)
            {
                log.Report(TlsRules.NumberReused, context.Subject, $"Record number {number} was used for the record at stream offset {record.Start} and is now used for the one at {at}.", context.History);
                return;
            }
        }
    }

    private void CheckUpdates(TxContext context)
    {
        for (int i = _updates.Count - 1; i >= 0; i--)
        {
            (long offset, ulong number) = _updates[i];
            if (Records.IsLost || offset > Records.Next)
            {
                continue;
            }

            _updates.RemoveAt(i);
            StreamRecord? record = Records.Find(offset);
            ulong? actual = offset == Records.Next ? Records.NextNumber : record is { } found && found.Start == offset ? found.Number : null;
            if (actual != number && (actual is not null || record is not null))
            {
                log.Report(
                    TlsRules.UpdateNumber, context.Subject,
                    actual is null ? $"The driver says that record {number} begins at stream offset {offset}, where none begins." : $"The driver says that record {number} begins at stream offset {offset}; counted on the wire it is {actual}.", context.History);
            }
        }
    }

    /// <summary>Whether content or filler that was given to a card stands on the wire as it was given.</summary>
    private bool LooksGiven(long at, ReadOnlySpan<byte> payload, EventHistory? history)
    {
        bool found = false;
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(payload.Length);
        for (long from = at; from < at + payload.Length && Records.Find(from) is { } record;)
        {
            long end = Math.Min(record.End, at + payload.Length);
            found |= IsSame(Math.Max(from, record.ContentStart), Math.Min(end, record.TagStart), TellingBytes, TlsRules.PlaintextOnWire, "Content", at, payload, buffer, record, history);
            found |= IsSame(Math.Max(from, record.TagStart), end, TellingTagBytes, TlsRules.PlaceholderOnWire, "The filler in the tag's place", at, payload, buffer, record, history);
            from = end;
        }

        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        return found;
    }

    private bool IsSame(long from, long to, int least, SanitizerRule rule, string what, long at, ReadOnlySpan<byte> payload, byte[] buffer, in StreamRecord record, EventHistory? history)
    {
        int length = (int)(to - from);
        if (length < least || !_given.TryRead(from, buffer.AsSpan(0, length)))
        {
            return false;
        }

        ReadOnlySpan<byte> sent = payload.Slice((int)(from - at), length);
        ReadOnlySpan<byte> given = buffer.AsSpan(0, length);
        if (!(least == TellingTagBytes ? sent.SequenceEqual(given) : IsEqualBlock(sent, given)))
        {
            return false;
        }

        log.Report(rule, Subject, $"{what} of record {record.Number}, stream offset {from} to {to}, left as the driver gave it.", history);
        return true;
    }

    private void CheckLooks(long at, ReadOnlySpan<byte> payload, EventHistory? history)
    {
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        int total = 0;
        for (long from = at; from < at + payload.Length && Records.Find(from) is { } record;)
        {
            long end = Math.Min(record.End, at + payload.Length);
            for (long i = Math.Max(from, record.ContentStart); i < end; i++, total++)
            {
                counts[payload[(int)(i - at)]]++;
            }

            from = end;
        }

        double expected = total / 256.0;
        double chi = 0;
        foreach (int count in counts)
        {
            chi += (count - expected) * (count - expected) / Math.Max(expected, 1);
        }

        if (total >= HistogramBytes && chi > CipherChiSquared)
        {
            log.Report(TlsRules.ClearFrame, Subject, $"{total} bytes of record content from stream offset {at} left without the TLS offload and are not distributed as ciphertext is (chi-squared {chi:F0} over 255 degrees of freedom).", history);
        }
    }

    private void IndexContent(long at, ReadOnlySpan<byte> payload, PlaintextIndex index)
    {
        for (long from = at; from < at + payload.Length;)
        {
            if (Records.Find(from) is not { } record)
            {
                return;
            }

            long start = Math.Max(from, record.ContentStart);
            long end = Math.Min(record.End, at + payload.Length);
            long stop = Math.Min(end, record.TagStart);
            if (stop > start)
            {
                index.Add(payload[(int)(start - at)..(int)(stop - at)]);
            }

            from = end;
        }
    }
}
