using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>
/// A receive context: opens the TCP payload of packets that come in order, and finds its place again after losses with the host's help. Each
/// packet is decrypted as a whole or left as a whole.
/// </summary>
internal sealed class TlsRxContext : TlsContext
{
    /// <summary>A packet further ahead than the largest TCP window (RFC 7323 §2.3) is none of the stream's.</summary>
    private const int LargestWindow = 1 << 30;

    /// <summary>Unanswered requests before the search begins anew.</summary>
    private const int MaxExpirations = 3;

    private readonly TlsShared _shared;
    private readonly ulong _budgetBytes;
    private readonly long _budgetPs;
    private readonly RxRecordStream _records;

    public TlsRxContext(TlsShared shared, ObjectHandle handle, KeyMaterial key, in RxInstallation parameters)
        : base(handle, key)
    {
        _shared = shared;
        Installation = parameters;
        _budgetBytes = parameters.BudgetBytes == 0 ? RxInstallation.DefaultBudgetBytes : parameters.BudgetBytes;
        _budgetPs = (parameters.BudgetUs == 0 ? RxInstallation.DefaultBudgetUs : parameters.BudgetUs) * 1_000_000L;
        _records = new RxRecordStream(shared, handle, key, parameters);
    }

    public TlsRecordLayout Layout => _records.Layout;

    /// <summary>What the context was made from.</summary>
    public RxInstallation Installation { get; }

    public ref RxTrack Track => ref _records.Track;

    public override ref TlsCounters Counters => ref _records.Counters;

    /// <summary>Collects plaintext of records for the plain view; null unless it is wanted.</summary>
    public PlaintextTap? Tap
    {
        get => _records.Tap;
        set => _records.Tap = value;
    }

    public RxState State => _records.State;

    /// <summary>Opens a packet's payload.</summary>
    /// <param name="sequence">TCP sequence number of the first byte.</param>
    /// <param name="wire">The payload as received; not changed.</param>
    /// <param name="plain">Memory apart from it and at least as long; holds the opened payload when the verdict is DECRYPTED, else anything.</param>
    /// <param name="nowPs">Time in picoseconds.</param>
    public RxResult Open(uint sequence, ReadOnlySpan<byte> wire, Span<byte> plain, long nowPs)
    {
        if (wire.IsEmpty)
        {
            return new RxResult(RxVerdict.NotDecrypted, RxReason.NoPayload);
        }

        if (Key.Owner.Revoked)
        {
            _records.Step(ResyncInput.Stop);
        }

        if (State is RxState.Quiesced or RxState.Off || !Track.IsActive)
        {
            return Pass(Track.IsExhausted && State == RxState.Off ? RxReason.RecordLimit : RxReason.Inactive);
        }

        if (!Reach(sequence, wire.Length))
        {
            return Pass(RxReason.BeforeExpected);
        }

        var walk = new RxWalk { Entry = State, IsClean = State == RxState.InSync, NowPs = nowPs };
        ulong firstNumber = Track.RecordNumber;
        _records.Walk(wire, plain, ref walk);
        Track.Expected = unchecked(sequence + (uint)wire.Length);
        if (State == RxState.Tracking)
        {
            Spend(wire.Length, nowPs);
        }

        return Judge(walk, firstNumber, wire.Length);
    }

    /// <summary>Takes the host's answer or hint.</summary>
    /// <returns>OK or ANSWER_STALE.</returns>
    public TxStatus Answer(ResyncAnswerKind kind, uint sequence, ulong recordNumber)
    {
        bool taken = kind switch
        {
            ResyncAnswerKind.Acknowledge => Acknowledge(sequence, recordNumber),
            ResyncAnswerKind.Refuse => Refuse(sequence),
            _ => Hint(sequence, recordNumber),
        };
        Counters[!taken ? TlsCounter.RxResyncSkipped
            : kind == ResyncAnswerKind.Refuse ? TlsCounter.RxResyncRefused
            : TlsCounter.RxResyncAccepted]++;
        return taken ? TxStatus.Ok : TxStatus.AnswerStale;
    }

    /// <summary>Holds still or goes on.</summary>
    /// <returns>False when the state does not allow it.</returns>
    public bool Quiesce(bool hold) => _records.Step(hold ? ResyncInput.Quiesce : ResyncInput.Release);

    public RxContextSnapshot Save() => new(Handle.Value, Key.Slot, Installation, References, IsDraining, Track, Counters, Tap?.Save());

    public void Restore(RxContextSnapshot snapshot)
    {
        References = snapshot.References;
        IsDraining = snapshot.IsDraining;
        Track = snapshot.Track;
        Counters = snapshot.Counters;
        if (snapshot.Tap is not null)
        {
            Tap = new PlaintextTap();
            Tap.Restore(snapshot.Tap);
        }
    }

    /// <summary>Wipes what a record half way through reveals: with ChaCha20-Poly1305 its one-time key.</summary>
    public override void Forget() => Track = default;

    public ContextSnapshot Snapshot()
    {
        bool isPlaced = State is not (RxState.Searching or RxState.Off);
        return new ContextSnapshot
        {
            Handle = Handle.Value,
            Direction = 1,
            State = (byte)State,
            Cipher = (byte)Layout.Cipher,
            Version = (ushort)Layout.Version,
            Queue = Installation.Queue,
            ExpectedSequence = Track.Expected,
            RecordStartSequence = isPlaced ? Track.Expected - (uint)Track.Tracker.Offset : 0,
            RecordNumber = State is RxState.Searching or RxState.Tracking ? 0 : Track.RecordNumber,
            RecordOffset = isPlaced ? (uint)Track.Tracker.Offset : 0,
            RecordLength = isPlaced ? (uint)Track.Tracker.Length : 0,
            CandidateSequence = State == RxState.Tracking ? Track.Candidate : 0,
            RecordsSinceCandidate = State == RxState.Tracking ? Track.RecordsSince : 0,
            Packets = Counters[TlsCounter.RxDecryptedPackets],
            Bytes = Counters[TlsCounter.RxDecryptedBytes],
        };
    }

    /// <summary>Counts a packet that goes up as it came, without a look at it.</summary>
    public RxResult Pass(RxReason reason)
    {
        Counters[TlsCounter.RxPassedPackets]++;
        return new RxResult(RxVerdict.NotDecrypted, reason);
    }

    private RxResult Judge(in RxWalk walk, ulong firstNumber, int length)
    {
        if (walk is { IsClean: true, HasBadTag: false })
        {
            Counters[TlsCounter.RxDecryptedPackets]++;
            Counters[TlsCounter.RxDecryptedBytes] += (ulong)length;
            return new RxResult(RxVerdict.Decrypted, RxReason.None, firstNumber, walk.Records);
        }

        Counters[TlsCounter.RxPassedPackets]++;
        bool asks = walk.HasAsked && State == RxState.Tracking;
        if (walk.HasBadTag)
        {
            // The packet cannot say both; the next header asks again.
            Track.MustAsk |= asks;
            return new RxResult(RxVerdict.AuthenticationFailed, RxReason.BadTag, 0, walk.Records);
        }

        if (asks)
        {
            Counters[TlsCounter.RxResyncRequests]++;
            return new RxResult(RxVerdict.ResyncRequest, RxReason.AwaitingAnswer, 0, walk.Records, Track.Candidate);
        }

        RxReason reason = walk.HasBadHeader ? RxReason.BadHeader
            : State == RxState.Off ? RxReason.RecordLimit
            : State == RxState.Searching ? RxReason.Searching
            : State == RxState.Tracking ? RxReason.AwaitingAnswer
            : walk.Entry == RxState.SkippingRecord ? RxReason.Gap
            : RxReason.Resuming;
        return new RxResult(RxVerdict.NotDecrypted, reason, 0, walk.Records);
    }

    /// <summary>Moves to a packet's first byte.</summary>
    /// <returns>False when the packet is old, wholly or in part, or out of reach.</returns>
    private bool Reach(uint sequence, int length)
    {
        int distance = TcpSequence.Distance(Track.Expected, sequence);
        if (distance == 0)
        {
            Track.BytesBehind = 0;
            _records.Step(ResyncInput.InOrder);
            return true;
        }

        if (distance is < 0 or > LargestWindow)
        {
            Track.BytesBehind += (ulong)length;
            if (State is not (RxState.Searching or RxState.Tracking) || Track.BytesBehind <= _budgetBytes)
            {
                return false;
            }

            // A stray packet far ahead must not make the whole stream "old": a search may begin anywhere.
            if (State == RxState.Tracking)
            {
                Counters[TlsCounter.RxResyncExpired]++;
                _shared.Events.Raise(EventCode.ResyncStuck, Handle.Value, Track.Candidate);
                _records.BeginSearch(ResyncInput.Expired);
            }

            Track.Search = default;
        }
        else
        {
            Miss(distance);
        }

        Track.BytesBehind = 0;
        Track.Expected = sequence;
        Track.HasHint &= !TcpSequence.IsBefore(Track.HintSequence, sequence);
        return true;
    }

    private void Miss(int distance)
    {
        ref RecordTracker tracker = ref Track.Tracker;
        if (State == RxState.Searching)
        {
            Track.Search = default;
            return;
        }

        if (tracker.Length == 0 || distance > tracker.Length - tracker.Offset)
        {
            _records.BeginSearch(ResyncInput.HeaderLost);
            return;
        }

        tracker.Skip(distance);
        Track.IsAuthenticating = false;
        Tap?.Abandon();
        _records.Step(ResyncInput.Gap);
        if (tracker.IsAtEnd)
        {
            _records.NextRecord();
        }
    }

    private void Spend(int length, long nowPs)
    {
        Track.BytesSince += (ulong)length;
        if (Track.MustAsk || Track.BytesSince < _budgetBytes || nowPs - Track.RequestedPs < _budgetPs)
        {
            return;
        }

        Counters[TlsCounter.RxResyncExpired]++;
        _shared.Events.Raise(EventCode.ResyncStuck, Handle.Value, Track.Candidate);
        Track.MustAsk = true;
        if (++Track.Expirations >= MaxExpirations)
        {
            _records.BeginSearch(ResyncInput.Expired);
        }
    }

    private bool Acknowledge(uint sequence, ulong recordNumber)
    {
        if (State != RxState.Tracking || sequence != Track.Candidate || recordNumber > ulong.MaxValue - Track.RecordsSince)
        {
            return false;
        }

        _records.Resume(ResyncInput.Acknowledge, recordNumber + Track.RecordsSince, onProbation: false);
        return true;
    }

    private bool Refuse(uint sequence)
    {
        if (State != RxState.Tracking || sequence != Track.Candidate)
        {
            return false;
        }

        _records.BeginSearch(ResyncInput.Refuse);
        return true;
    }

    private bool Hint(uint sequence, ulong recordNumber)
    {
        bool isOpen = State is RxState.Start or RxState.Searching or RxState.Tracking || (State == RxState.InSync && Track.LastFailed);
        int ahead = TcpSequence.Distance(Track.Expected, sequence);
        if (!isOpen || ahead > LargestWindow)
        {
            return false;
        }

        if (ahead >= 0)
        {
            Track.HasHint = true;
            Track.HintSequence = sequence;
            Track.HintNumber = recordNumber;
            return true;
        }

        // Behind: only where the records since are known, which is from the candidate, or from the current record's first byte.
        ulong since = sequence == Track.Candidate ? Track.RecordsSince : 0;
        if (State != RxState.Tracking || (sequence != Track.Candidate && -ahead != Track.Tracker.Offset) || recordNumber > ulong.MaxValue - since)
        {
            return false;
        }

        _records.Resume(ResyncInput.HintReached, recordNumber + since, onProbation: true);
        return true;
    }

}
