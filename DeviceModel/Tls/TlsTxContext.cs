using NicEmu.DeviceModel.Crypto;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>A transmit context: protects ranges of a TCP stream in place, in order, by position, or each by itself.</summary>
internal sealed class TlsTxContext : TlsContext
{
    private TlsCounters _counters;

    public TlsTxContext(ObjectHandle handle, KeyMaterial key, in TxInstallation parameters)
        : base(handle, key)
    {
        Layout = new TlsRecordLayout(parameters.Version, key.Cipher);
        Iv = parameters.Iv;
        Mode = parameters.Mode;
        Queue = parameters.Queue;
        Installation = parameters;
        State = new TxState
        {
            Expected = parameters.StartSequence,
            Cursor = new TxCursor(Layout, parameters.RecordNumber),
            InitialRecordNumber = parameters.RecordNumber,
        };
    }

    public TlsRecordLayout Layout { get; }

    public RecordIv Iv { get; }

    public TxMode Mode { get; }

    /// <summary>What the context was made from.</summary>
    public TxInstallation Installation { get; }

    /// <summary>The one queue whose descriptors may name the context.</summary>
    public ushort Queue { get; set; }

    public TxState State;

    public TxStaged Staged;

    public override ref TlsCounters Counters => ref _counters;

    /// <summary>Collects plaintext of records for the plain view; null unless it is wanted.</summary>
    public PlaintextTap? Tap { get; set; }

    /// <summary>Whether the place waits to be told anew; behind the last record number RECORD_LIMIT says more.</summary>
    private bool IsPlaceLost => State.IsStopped && !State.Cursor.IsExhausted;

    /// <summary>Whether a sequence number lies before the context's first byte.</summary>
    public bool IsBeforeStart(uint sequence) => State.Streamed + TcpSequence.Distance(State.Expected, sequence) < 0;

    /// <summary>Protects a DATA chain in place and stages it.</summary>
    /// <param name="key">Key of the context.</param>
    /// <param name="sequence">TCP sequence number of the first byte that is sent.</param>
    /// <param name="payload">Framed plaintext, not empty unless RANGE placed it.</param>
    /// <param name="slot">The queue's place; empty, or this context's.</param>
    public TxStatus Protect(AeadKey key, uint sequence, Span<byte> payload, in TxPositionSlot slot)
    {
        if (slot.IsActive)
        {
            return slot.IsRange ? ProtectRange(key, sequence, payload, slot) : ProtectAt(key, sequence, payload, slot);
        }

        return Mode switch
        {
            TxMode.SequenceTracked => ProtectNext(key, sequence, payload),
            TxMode.Positional => ProtectHere(key, sequence, payload),
            _ => TxStatus.NotInSequence,
        };
    }

    /// <summary>Protects the range at the in-order head.</summary>
    private TxStatus ProtectNext(AeadKey key, uint sequence, Span<byte> payload)
    {
        if (sequence != State.Expected)
        {
            return IsBeforeStart(sequence) ? TxStatus.BeforeStart : TxStatus.NotInSequence;
        }

        Stage(sequence, payload.Length, State.Cursor);
        Staged.MovesHead = true;
        return Run(key, payload);
    }

    /// <summary>Protects what comes next at the place, whatever its sequence number.</summary>
    private TxStatus ProtectHere(AeadKey key, uint sequence, Span<byte> payload)
    {
        if (IsPlaceLost)
        {
            return TxStatus.NotInSequence;
        }

        Staged = new TxStaged
        {
            Sequence = sequence,
            Length = payload.Length,
            Before = State.Cursor,
            MovesHead = true,
            IsOutOfOrder = State.IsRearmed,
            After = State,
        };
        Staged.After.Move(payload.Length);
        Staged.After.IsRearmed = false;
        return Run(key, payload);
    }

    /// <summary>Protects a range by what RANGE says alone.</summary>
    private TxStatus ProtectRange(AeadKey key, uint sequence, Span<byte> payload, in TxPositionSlot slot)
    {
        TxWindow window = slot.Window;
        if (payload.Length != window.Length)
        {
            return TxStatus.RangeMalformed;
        }

        int skip = (int)window.Skip;
        Staged = new TxStaged
        {
            Sequence = unchecked(sequence - window.Skip),
            Length = payload.Length - skip,
            Skipped = skip,
            Before = slot.Cursor,
            MovesHead = true,
            After = State,
        };
        Staged.After.Expected = sequence;
        Staged.After.Move(Staged.Length);
        if (window.End <= slot.Position.TagOffset)
        {
            return OneShot(key, slot.Position, (int)window.Offset, payload);
        }

        // A whole record: the cursor is of use for this one chain only.
        TxCursor cursor = slot.Cursor;
        TxStatus status = cursor.Protect(key, Iv, payload, ref Staged.Records);
        Staged.IsOpen = status == TxStatus.Ok;
        return status;
    }

    /// <summary>Protects a range that POSITION, and perhaps REPLAY, placed.</summary>
    private TxStatus ProtectAt(AeadKey key, uint sequence, Span<byte> payload, in TxPositionSlot slot)
    {
        TxPosition position = slot.Position;
        int offset = TcpSequence.Distance(position.RecordStart, sequence);
        TxStatus placed = IsBeforeStart(sequence) ? TxStatus.BeforeStart : slot.Check(offset, unchecked(sequence + (uint)payload.Length), State.Expected);
        if (placed != TxStatus.Ok)
        {
            return placed;
        }

        Stage(sequence, payload.Length, slot.Cursor);
        Staged.IsOutOfOrder = true;
        Staged.MovesHead = position.Advance;
        if (offset == 0 || slot.Replayed > 0)
        {
            return Run(key, payload);
        }

        // The hash over the record's earlier bytes is missing: neither this tag nor a state to go on from can be made.
        if (position.Advance || offset + payload.Length > position.TagOffset)
        {
            return TxStatus.TagWithoutReplay;
        }

        return OneShot(key, position, offset, payload);
    }

    /// <summary>Checks a POSITION and fills its queue's slot.</summary>
    public TxStatus Place(in TxPosition position, ref TxPositionSlot slot)
    {
        if (!position.IsAllowedBy(Layout))
        {
            return TxStatus.RecordMalformed;
        }

        if (IsBeforeStart(position.RecordStart))
        {
            return TxStatus.BeforeStart;
        }

        Fill(position, default, ref slot);
        return TxStatus.Ok;
    }

    /// <summary>Checks a RANGE and fills its queue's slot.</summary>
    public TxStatus PlaceRange(in TxPosition position, in TxWindow window, ref TxPositionSlot slot)
    {
        if (!position.IsAllowedBy(Layout))
        {
            return TxStatus.RecordMalformed;
        }

        TxStatus status = window.Check(Layout, position);
        if (status == TxStatus.Ok)
        {
            Fill(position, window, ref slot);
        }

        return status;
    }

    /// <summary>Moves the place over framed plaintext that is not sent. On an error it is where it was.</summary>
    public TxStatus Consume(AeadKey key, ReadOnlySpan<byte> data)
    {
        if (IsPlaceLost)
        {
            return TxStatus.NotInSequence;
        }

        TxCursor cursor = State.Cursor;
        TxStatus status = cursor.Replay(key, Iv, data);
        if (status == TxStatus.Ok)
        {
            State.Cursor = cursor;
            State.Expected = unchecked(State.Expected + (uint)data.Length);
            State.IsRearmed = true;
        }

        return status;
    }

    /// <summary>Bytes that belong at the place did not come: what the queue holds behind them would be encrypted where they belong.</summary>
    public void Stop() => State.IsStopped = State.LacksNumber = Mode == TxMode.Positional;

    /// <summary>What SET_CONTEXT and SET_PROGRESS told takes effect.</summary>
    public void Rearm(in TxParameterSlot parameters)
    {
        if (parameters.HasNumber)
        {
            State.InitialRecordNumber = parameters.RecordNumber;
            State.LacksNumber = false;
        }

        if (parameters.HasPlace && !State.LacksNumber)
        {
            State.Expected = parameters.RecordStart;
            State.IsStopped = false;
            State.Cursor = new TxCursor(Layout, State.InitialRecordNumber);
            State.IsRearmed = State.Streamed > 0;
            Tap?.Abandon();
            Counters[TlsCounter.TxRearms]++;
        }
    }

    /// <summary>Whether a record of the staged chain was sealed before.</summary>
    /// <param name="number">Number of the record.</param>
    public bool IsAgain(ulong number) =>
        Mode == TxMode.SequenceTracked ? Staged.IsOutOfOrder : State.WasSealed(number);

    /// <summary>Makes the staged chain part of the stream.</summary>
    public void Commit(int packets)
    {
        if (!Staged.IsOpen)
        {
            return;
        }

        Staged.IsOpen = false;
        int again = CountAgain();
        if (Staged.MovesHead)
        {
            State = Staged.After;
        }

        Counters[TlsCounter.TxEncryptedPackets] += (ulong)packets;
        Counters[TlsCounter.TxEncryptedBytes] += (ulong)Staged.Length;
        Counters[TlsCounter.TxOutOfOrder] += Staged.IsOutOfOrder ? 1UL : 0;
        Counters[TlsCounter.TxOneShots] += Staged.IsOneShot ? 1UL : 0;
        Counters[TlsCounter.TxWasteBytes] += (ulong)Staged.Skipped;
        Counters[TlsCounter.TxTagsAgain] += (ulong)again;
        Counters[TlsCounter.TxRecords] += (ulong)(Staged.Records - again);
        if (Staged.Records > again && Mode != TxMode.SequenceTracked)
        {
            State.HasSealed = true;
            State.LastSealed = Staged.Before.RecordNumber + (ulong)(Staged.Records - 1);
        }
    }

    /// <summary>Next-record resync: a record begins at a place that the driver tells.</summary>
    /// <returns>OK; BAD_PARAMETER when that lies before the start of a sequence-tracked context; BAD_STATE in range mode, which keeps no place.</returns>
    public TlsCommandStatus Update(uint sequence, ulong recordNumber)
    {
        switch (Mode)
        {
            case TxMode.Range:
                return TlsCommandStatus.BadState;
            case TxMode.Positional:
                Rearm(new TxParameterSlot { RecordNumber = recordNumber, RecordStart = sequence, HasNumber = true, HasPlace = true });
                State.IsRearmed = false;
                return TlsCommandStatus.Ok;
        }

        if (IsBeforeStart(sequence))
        {
            return TlsCommandStatus.BadParameter;
        }

        State = new TxState
        {
            Expected = sequence,
            Streamed = State.Streamed + TcpSequence.Distance(State.Expected, sequence),
            Cursor = new TxCursor(Layout, recordNumber),
        };
        return TlsCommandStatus.Ok;
    }

    public TxContextSnapshot Save() => new(Handle.Value, Key.Slot, Installation, Queue, References, IsDraining, State, Counters, Tap?.Save());

    public void Restore(TxContextSnapshot snapshot)
    {
        Queue = snapshot.Queue;
        References = snapshot.References;
        IsDraining = snapshot.IsDraining;
        State = snapshot.State;
        Counters = snapshot.Counters;
        if (snapshot.Tap is not null)
        {
            Tap = new PlaintextTap();
            Tap.Restore(snapshot.Tap);
        }
    }

    /// <summary>Wipes what a record half way through reveals: with ChaCha20-Poly1305 its one-time key.</summary>
    public override void Forget()
    {
        State = default;
        Staged = default;
    }

    public ContextSnapshot Snapshot()
    {
        ref readonly TxCursor cursor = ref State.Cursor;
        bool poisoned = Key.Owner.Revoked || cursor.IsExhausted;
        return new ContextSnapshot
        {
            Handle = Handle.Value,
            Direction = 0,
            State = (byte)(poisoned ? 2 : State.IsStopped ? 3 : State.Streamed == 0 ? 0 : 1),
            Cipher = (byte)Layout.Cipher,
            Mode = (byte)Mode,
            Version = (ushort)Layout.Version,
            Queue = Queue,
            ExpectedSequence = State.Expected,
            RecordStartSequence = State.Expected - (uint)cursor.Tracker.Offset,
            RecordNumber = cursor.RecordNumber,
            RecordOffset = (uint)cursor.Tracker.Offset,
            RecordLength = (uint)cursor.Tracker.Length,
            Packets = Counters[TlsCounter.TxEncryptedPackets],
            Bytes = Counters[TlsCounter.TxEncryptedBytes],
        };
    }

    private void Fill(in TxPosition position, in TxWindow window, ref TxPositionSlot slot)
    {
        slot = new TxPositionSlot { Handle = Handle.Value, Position = position, Window = window, Cursor = new TxCursor(Layout, position.RecordNumber) };
        slot.Cursor.Expect(position.Header, position.ExplicitNonce);
    }

    private int CountAgain()
    {
        if (Mode == TxMode.SequenceTracked)
        {
            return Staged.IsOutOfOrder ? Staged.Records : 0;
        }

        ulong first = Staged.Before.RecordNumber;
        return Staged.Records > 0 && IsAgain(first) ? (int)Math.Min((ulong)Staged.Records - 1, State.LastSealed - first) + 1 : 0;
    }

    private void Stage(uint sequence, int length, in TxCursor cursor)
    {
        uint end = unchecked(sequence + (uint)length);
        Staged = new TxStaged { Sequence = sequence, Length = length, Before = cursor };
        Staged.After.Expected = end;
        Staged.After.Streamed = State.Streamed + TcpSequence.Distance(State.Expected, end);
        Staged.After.Cursor = cursor;
    }

    private TxStatus Run(AeadKey key, Span<byte> payload)
    {
        TxStatus status = Staged.After.Cursor.Protect(key, Iv, payload, ref Staged.Records);
        Staged.IsOpen = status == TxStatus.Ok;
        return status;
    }

    private TxStatus OneShot(AeadKey key, in TxPosition position, int offset, Span<byte> payload)
    {
        Staged.IsOneShot = true;
        Staged.IsOpen = TxOneShot.TryProtect(key, Layout, Iv, position, offset, payload);
        return Staged.IsOpen ? TxStatus.Ok : TxStatus.RecordMalformed;
    }
}
