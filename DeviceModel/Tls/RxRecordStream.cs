using NicEmu.DeviceModel.Crypto;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>The records of a received stream: opens them while their numbers are known, follows or looks for headers while they are not.</summary>
internal sealed class RxRecordStream
{
    private readonly TlsShared _shared;
    private readonly KeyMaterial _key;
    private readonly ulong _handle;
    private readonly RecordIv _iv;
    private readonly ulong _threshold;

    public RxRecordStream(TlsShared shared, ObjectHandle handle, KeyMaterial key, in RxInstallation parameters)
    {
        _shared = shared;
        _key = key;
        _handle = handle.Value;
        _iv = parameters.Iv;
        _threshold = parameters.AuthenticationThreshold == 0 ? RxInstallation.DefaultThreshold : parameters.AuthenticationThreshold;
        Layout = new TlsRecordLayout(parameters.Version, key.Cipher);
        Track = new RxTrack
        {
            Expected = parameters.StartSequence,
            Tracker = new RecordTracker(Layout),
            RecordNumber = parameters.RecordNumber,
        };
    }

    public TlsRecordLayout Layout { get; }

    public RxTrack Track;

    public TlsCounters Counters;

    /// <summary>Collects plaintext of records for the plain view; null unless it is wanted.</summary>
    public PlaintextTap? Tap { get; set; }

    public RxState State => Track.Machine.State;

    /// <summary>Takes the payload of a packet whose first byte is the expected one.</summary>
    public void Walk(ReadOnlySpan<byte> wire, Span<byte> plain, ref RxWalk walk)
    {
        AeadKey key = _shared.Keys.Cache.Get(_key);
        int position = 0;
        while (position < wire.Length)
        {
            uint here = unchecked(Track.Expected + (uint)position);
            int end = wire.Length;
            if (Track.HasHint)
            {
                int ahead = TcpSequence.Distance(here, Track.HintSequence);
                if (ahead == 0)
                {
                    TakeHint();
                }
                else
                {
                    end = Math.Min(end, position + ahead);
                }
            }

            ReadOnlySpan<byte> bytes = wire[position..end];
            walk.IsClean &= State == RxState.InSync;
            if (State == RxState.Off)
            {
                return;
            }

            if (State == RxState.Searching)
            {
                position += Search(here, bytes, ref walk);
                continue;
            }

            position += TakePart(key, here, bytes, plain[position..], ref walk);
        }
    }

    /// <summary>Stands before a record that follows one which passed or was skipped.</summary>
    public void NextRecord()
    {
        Track.Tracker.BeginRecord();
        Track.IsAuthenticating = false;
        if (State == RxState.Tracking)
        {
            Track.RecordsSince++;
            return;
        }

        if (Track.RecordNumber == ulong.MaxValue)
        {
            Track.IsExhausted = true;
            Step(ResyncInput.Stop);
            return;
        }

        Track.RecordNumber++;
        if (!Track.IsOnProbation)
        {
            Step(ResyncInput.Boundary);
        }
    }

    /// <summary>Takes a record number for the record at hand.</summary>
    public void Resume(ResyncInput input, ulong recordNumber, bool onProbation)
    {
        Track.RecordNumber = recordNumber;
        Track.IsOnProbation = onProbation;
        Track.HasHint = false;
        Track.MustAsk = false;
        Track.Expirations = 0;
        Step(input);
        if (!onProbation && Track.Tracker.Offset == 0)
        {
            Step(ResyncInput.Boundary);
        }
    }

    /// <summary>Loses the hold on the records and looks for a header.</summary>
    /// <param name="input">Why.</param>
    /// <param name="keep">Whether the search has been set up already.</param>
    public void BeginSearch(ResyncInput input, bool keep = false)
    {
        if (!keep)
        {
            Track.Search = default;
        }

        Track.IsAuthenticating = false;
        Track.IsOnProbation = false;
        Track.MustAsk = false;
        Track.Expirations = 0;
        Tap?.Abandon();
        Counters[TlsCounter.RxSearches]++;
        Step(input);
    }

    /// <summary>Takes an input of the state machine and traces the change.</summary>
    public bool Step(ResyncInput input)
    {
        RxState before = State;
        bool taken = Track.Machine.Step(input);
        if (State != before)
        {
            _shared.Trace.Emit(new TraceEvent
            {
                Kind = TraceEventKind.ResyncStep,
                Handle = _handle,
                Code = (int)State,
                Value = (ulong)before,
                TcpSequence = Track.Expected,
                RecordNumber = Track.RecordNumber,
                Text = ResyncStateMachine.Reason(input),
            });
        }

        return taken;
    }

    private int TakePart(AeadKey key, uint here, ReadOnlySpan<byte> bytes, Span<byte> plain, ref RxWalk walk)
    {
        ref RecordTracker tracker = ref Track.Tracker;
        int tagOffset = tracker.Length == 0 ? 0 : tracker.Offset - tracker.TagOffset;
        RecordPart part = tracker.Take(bytes, out int count);
        switch (part)
        {
            case RecordPart.BadHeader:
                Track.Search.BeginWithin(tracker.Header);
                Counters[TlsCounter.RxErrors] += State == RxState.InSync ? 1UL : 0;
                walk.HasBadHeader = true;
                walk.IsClean = false;
                BeginSearch(ResyncInput.HeaderBad, keep: true);
                return count;

            case RecordPart.Body:
                TakeBody(key, bytes[..count], plain, walk.IsClean);
                return count;

            case RecordPart.Tag:
                bytes[..count].CopyTo(((Span<byte>)Track.Tag)[tagOffset..]);
                break;

            default:
                if (tracker.Offset == TlsRecordLayout.HeaderLength && Track.MustAsk && State == RxState.Tracking)
                {
                    Ask(unchecked(here + (uint)(count - TlsRecordLayout.HeaderLength)), ref walk);
                }

                if (tracker.IsAtBody)
                {
                    BeginBody(key);
                }

                break;
        }

        bytes[..count].CopyTo(plain);
        if (tracker.IsAtEnd)
        {
            EndRecord(key, unchecked(here + (uint)(count - tracker.Length)), ref walk);
        }

        return count;
    }

    private void BeginBody(AeadKey key)
    {
        if (State == RxState.InSync || (State == RxState.Confirmed && Track.IsOnProbation))
        {
            Track.Aead = BeginRecord(key, Track.RecordNumber);
            Track.IsAuthenticating = true;
        }

        if (Track.IsOnProbation && Track.IsAuthenticating)
        {
            Track.Lower = BeginRecord(key, unchecked(Track.RecordNumber - 1));
        }

        Tap?.Begin();
    }

    private AeadState BeginRecord(AeadKey key, ulong recordNumber)
    {
        Span<byte> nonce = stackalloc byte[TlsRecordLayout.NonceLength];
        Span<byte> aad = stackalloc byte[Layout.AadLength];
        RecordNonce.Write(Layout, _iv, recordNumber, Track.Tracker.ExplicitNonce, nonce);
        RecordNonce.WriteAad(Layout, recordNumber, Track.Tracker.Header, aad);
        return IncrementalAead.Begin(key, nonce, aad);
    }

    private void TakeBody(AeadKey key, ReadOnlySpan<byte> bytes, Span<byte> plain, bool isClean)
    {
        if (!Track.IsAuthenticating)
        {
            return;
        }

        if (isClean)
        {
            IncrementalAead.Decrypt(key, ref Track.Aead, bytes, plain);
            Tap?.Add(plain[..bytes.Length]);
            return;
        }

        // The packet goes up as it came: only the tag needs its bytes.
        Tap?.Abandon();
        IncrementalAead.Absorb(key, ref Track.Aead, bytes);
        if (Track.IsOnProbation)
        {
            IncrementalAead.Absorb(key, ref Track.Lower, bytes);
        }
    }

    private void EndRecord(AeadKey key, uint start, ref RxWalk walk)
    {
        if (Track.IsOnProbation && Track.IsAuthenticating)
        {
            Prove(key);
            return;
        }

        if (State == RxState.InSync)
        {
            bool isAuthentic = IncrementalAead.FinishAndVerify(key, ref Track.Aead, Track.Tag);
            Report(start, isAuthentic);
            if (isAuthentic)
            {
                walk.Records++;
                Track.HasHint = false;
                Counters[TlsCounter.RxRecords]++;
            }
            else
            {
                walk.HasBadTag = true;
                Fail();
            }

            Track.LastFailed = !isAuthentic;
        }

        NextRecord();
    }

    /// <summary>The first whole record after a hint ended: does its tag fit the number told, or the one before?</summary>
    private void Prove(AeadKey key)
    {
        bool isUpper = IncrementalAead.FinishAndVerify(key, ref Track.Aead, Track.Tag);
        if (!isUpper && (Track.RecordNumber == 0 || !IncrementalAead.FinishAndVerify(key, ref Track.Lower, Track.Tag)))
        {
            BeginSearch(ResyncInput.HintRefuted);
            return;
        }

        Track.RecordNumber -= isUpper ? 0UL : 1;
        Track.IsOnProbation = false;
        Track.LastFailed = false;
        Step(ResyncInput.HintProved);
        NextRecord();
    }

    private int Search(uint here, ReadOnlySpan<byte> bytes, ref RxWalk walk)
    {
        bool found = Track.Search.Find(Layout, bytes, out int count);
        Counters[TlsCounter.RxSearchedBytes] += (ulong)count;
        if (found)
        {
            Track.Tracker.BeginAfterHeader(Track.Search.Header);
            Step(ResyncInput.Candidate);
            Ask(unchecked(here + (uint)(count - TlsRecordLayout.HeaderLength)), ref walk);
        }

        return count;
    }

    private void Ask(uint candidate, ref RxWalk walk)
    {
        Track.Candidate = candidate;
        Track.RecordsSince = 0;
        Track.BytesSince = 0;
        Track.RequestedPs = walk.NowPs;
        Track.MustAsk = false;
        walk.HasAsked = true;
    }

    private void TakeHint()
    {
        Track.HasHint = false;
        Track.Tracker.BeginRecord();
        Track.IsAuthenticating = false;
        Resume(ResyncInput.HintReached, Track.HintNumber, onProbation: true);
    }

    private void Fail()
    {
        Counters[TlsCounter.RxAuthenticationFailures]++;
        if (++Track.Failures % _threshold == 0)
        {
            _shared.Events.Raise(EventCode.AuthenticationThreshold, _handle, Track.Failures);
        }
    }

    private void Report(uint start, bool isAuthentic)
    {
        if (!_shared.Trace.Enabled)
        {
            return;
        }

        ref readonly RecordTracker tracker = ref Track.Tracker;
        if (isAuthentic)
        {
            Tap?.End(_shared.Trace, _handle, Track.RecordNumber, Layout.Version, tracker.ContentType, isReceive: true);
        }

        _shared.Trace.Emit(new TraceEvent
        {
            Kind = TraceEventKind.RecordOpened,
            Handle = _handle,
            RecordNumber = Track.RecordNumber,
            TcpSequence = start,
            Length = tracker.Length,
            Code = tracker.ContentType,
            Value = isAuthentic ? 1UL : 0,
        });
    }
}
