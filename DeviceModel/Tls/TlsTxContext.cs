using NicEmu.DeviceModel.Crypto;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>A transmit context in sequence-tracked mode: protects ranges of a TCP stream in place, in order or by position.</summary>
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
        State = new TxState { Expected = parameters.StartSequence, Cursor = new TxCursor(Layout, parameters.RecordNumber) };
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

    /// <summary>Whether a sequence number lies before the context's first byte.</summary>
    public bool IsBeforeStart(uint sequence) => State.Streamed + TcpSequence.Distance(State.Expected, sequence) < 0;

    /// <summary>Protects the range at the in-order head.</summary>
    public TxStatus ProtectNext(AeadKey key, uint sequence, Span<byte> payload)
    {
        if (sequence != State.Expected)
        {
            return IsBeforeStart(sequence) ? TxStatus.BeforeStart : TxStatus.NotInSequence;
        }

        Stage(sequence, payload.Length, State.Cursor);
        Staged.MovesHead = true;
        return Run(key, payload);
    }

    /// <summary>Protects a range that POSITION, and perhaps REPLAY, placed.</summary>
    public TxStatus ProtectAt(AeadKey key, uint sequence, Span<byte> payload, in TxPositionSlot slot)
    {
        TxPosition position = slot.Position;
        int offset = TcpSequence.Distance(position.RecordStart, sequence);
        TxStatus placed = CheckRange(position, slot.Replayed, offset, sequence, payload.Length);
        if (placed != TxStatus.Ok)
        {
            return placed;
        }

        Stage(sequence, payload.Length, slot.Cursor);
        Staged.IsPositioned = true;
        Staged.MovesHead = position.Advance;
        if (offset == 0 || slot.Replayed > 0)
        {
            return Run(key, payload);
        }

        // The hash over the record's earlier bytes is missing: neither this tag nor a state to go on from can be made.
        if (position.Advance || offset + payload.Length > position.Length - TlsRecordLayout.TagLength)
        {
            return TxStatus.TagWithoutReplay;
        }

        Staged.IsOneShot = true;
        return OneShot(key, position, offset, payload);
    }

    /// <summary>Checks a POSITION and fills its queue's slot.</summary>
    public TxStatus Place(in TxPosition position, ref TxPositionSlot slot)
    {
        if (position.HeaderVersion != TlsRecordLayout.HeaderVersion
            || !RecordTracker.IsPlausible(Layout, position.Header)
            || (Layout.ExplicitNonceLength == 0 && position.ExplicitNonce != 0))
        {
            return TxStatus.RecordMalformed;
        }

        if (IsBeforeStart(position.RecordStart))
        {
            return TxStatus.BeforeStart;
        }

        slot = new TxPositionSlot { Handle = Handle.Value, Position = position, Cursor = new TxCursor(Layout, position.RecordNumber) };
        slot.Cursor.Expect(position.Header, position.ExplicitNonce);
        return TxStatus.Ok;
    }

    /// <summary>Makes the staged chain part of the stream.</summary>
    public void Commit(int packets)
    {
        if (!Staged.IsOpen)
        {
            return;
        }

        Staged.IsOpen = false;
        if (Staged.MovesHead)
        {
            State = Staged.After;
        }

        Counters[TlsCounter.TxEncryptedPackets] += (ulong)packets;
        Counters[TlsCounter.TxEncryptedBytes] += (ulong)Staged.Length;
        Counters[TlsCounter.TxOutOfOrder] += Staged.IsPositioned ? 1UL : 0;
        Counters[TlsCounter.TxOneShots] += Staged.IsOneShot ? 1UL : 0;
        Counters[Staged.IsPositioned ? TlsCounter.TxTagsAgain : TlsCounter.TxRecords] += (ulong)Staged.Records;
    }

    /// <summary>Next-record resync: a record begins at a place that the driver tells.</summary>
    /// <returns>False when that lies before the context's start.</returns>
    public bool Update(uint sequence, ulong recordNumber)
    {
        if (IsBeforeStart(sequence))
        {
            return false;
        }

        State = new TxState
        {
            Expected = sequence,
            Streamed = State.Streamed + TcpSequence.Distance(State.Expected, sequence),
            Cursor = new TxCursor(Layout, recordNumber),
        };
        return true;
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
            State = (byte)(poisoned ? 2 : State.Streamed == 0 ? 0 : 1),
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

    private TxStatus CheckRange(TxPosition position, int replayed, int offset, uint sequence, int length)
    {
        if (IsBeforeStart(sequence))
        {
            return TxStatus.BeforeStart;
        }

        if (replayed > 0 && replayed != offset)
        {
            return replayed < offset ? TxStatus.ReplayShort : TxStatus.ReplayLong;
        }

        if (offset < 0 || offset >= position.Length)
        {
            return TxStatus.RecordMalformed;
        }

        bool passesHead = TcpSequence.IsAfter(unchecked(sequence + (uint)length), State.Expected);
        return passesHead == position.Advance ? TxStatus.Ok
            : passesHead ? TxStatus.PassesHead
            : TxStatus.NotInSequence;
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

    private TxStatus OneShot(AeadKey key, TxPosition position, int offset, Span<byte> payload)
    {
        int prefixLength = Layout.PrefixLength;
        int inPrefix = Math.Clamp(prefixLength - offset, 0, payload.Length);
        for (int i = 0; i < inPrefix; i++)
        {
            if (payload[i] != position.PrefixByte(offset + i))
            {
                return TxStatus.RecordMalformed;
            }
        }

        Span<byte> body = payload[inPrefix..];
        Span<byte> nonce = stackalloc byte[TlsRecordLayout.NonceLength];
        RecordNonce.Write(Layout, Iv, position.RecordNumber, position.ExplicitNonce, nonce);
        IncrementalAead.XorKeystreamAt(key, nonce, (ulong)Math.Max(offset - prefixLength, 0), body, body);
        Staged.IsOpen = true;
        return TxStatus.Ok;
    }
}
