using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Ktls;

/// <summary>Knows where records begin, so that a card that lost its place can find it: answers requests, and gives hints unasked.</summary>
internal sealed class ResyncAdvisor(KtlsCounters counters, Action<ResyncAnswer> send)
{
    private const int LogSize = 16;
    private const int FirstHint = 2;
    private const int LargestStep = 128;

    private readonly (uint Sequence, ulong Number)[] _log = new (uint, ulong)[LogSize];
    private int _logged;
    private uint? _pending;
    private int _encrypted;
    private int _nextHint = FirstHint;
    private bool _hintDue;

    /// <summary>Whether a request waits for the parser.</summary>
    public bool IsPending => _pending is not null;

    /// <summary>The card asks about a header; a newer request replaces an older one.</summary>
    /// <param name="candidate">TCP sequence number of the supposed header.</param>
    /// <param name="next">TCP sequence number of the first byte that the parser has not seen.</param>
    public void OnRequest(uint candidate, uint next)
    {
        counters.RxTlsResyncReqPkt++;
        _pending = candidate;
        for (int i = 0; i < Math.Min(_logged, LogSize); i++)
        {
            if (_log[i].Sequence == candidate)
            {
                Acknowledge(_log[i].Number);
                return;
            }
        }

        if (TcpSequence.IsBefore(candidate, next)) Refuse();
    }

    /// <summary>The parser met a header.</summary>
    /// <param name="start">TCP sequence number of its first byte.</param>
    /// <param name="length">Length of the record with its header.</param>
    /// <param name="number">Record sequence number.</param>
    public void OnHeader(uint start, int length, ulong number)
    {
        _log[_logged++ % LogSize] = (start, number);
        if (_logged == 2 * LogSize) _logged = LogSize;
        if (_pending is not { } candidate) return;
        if (candidate == start) Acknowledge(number);
        else if (TcpSequence.IsBefore(candidate, start + (uint)length)) Refuse();
    }

    /// <summary>A record came as on the wire from end to end.</summary>
    public void OnEncrypted()
    {
        _hintDue = false;
        if (_pending is not null || ++_encrypted < _nextHint) return;
        _hintDue = true;
        _nextHint += Math.Min(_nextHint, LargestStep);
    }

    /// <summary>A record came decrypted, wholly or in part: the card has its place.</summary>
    public void OnDecrypted() => (_encrypted, _nextHint, _hintDue) = (0, FirstHint, false);

    /// <summary>Everything that arrived was parsed, so the next header has not passed the card, or only just.</summary>
    /// <param name="next">TCP sequence number of the next header.</param>
    /// <param name="number">Number of that record.</param>
    public void OnDrained(uint next, ulong number)
    {
        if (!_hintDue || _pending is not null) return;
        _hintDue = false;
        counters.RxTlsResyncHint++;
        counters.TlsRxDeviceResync++;
        send(new(ResyncAnswerKind.NextRecordHint, next, number));
    }

    private void Acknowledge(ulong number)
    {
        counters.RxTlsResyncAck++;
        counters.TlsRxDeviceResync++;
        Answer(ResyncAnswerKind.Acknowledge, number);
    }

    private void Refuse()
    {
        counters.RxTlsResyncNak++;
        Answer(ResyncAnswerKind.Refuse, 0);
    }

    private void Answer(ResyncAnswerKind kind, ulong number)
    {
        uint candidate = _pending!.Value;
        _pending = null;
        send(new(kind, candidate, number));
    }
}
