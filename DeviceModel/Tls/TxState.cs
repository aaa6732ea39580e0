namespace NicEmu.DeviceModel.Tls;

/// <summary>The in-order state of a transmit context: a plain value, so that a chain is staged on a copy.</summary>
internal struct TxState
{
    /// <summary>TCP sequence number of the next byte; outside of the sequence-tracked mode a note that nothing is compared with.</summary>
    public uint Expected;

    /// <summary>Bytes from the context's start to the next byte; tells old from early after a wrap. Outside of the sequence-tracked mode: bytes protected.</summary>
    public long Streamed;

    /// <summary>Place in the stream of records at the next byte.</summary>
    public TxCursor Cursor;

    /// <summary>Positional: number of the record that SET_PROGRESS begins with.</summary>
    public ulong InitialRecordNumber;

    /// <summary>Positional: the place was moved since the last DATA chain.</summary>
    public bool IsRearmed;

    /// <summary>Positional: bytes that belong at the place did not come; nothing is protected until the place is told anew.</summary>
    public bool IsStopped;

    /// <summary>Positional: no number was told since the place was lost; SET_PROGRESS alone would begin with one that may be another record's.</summary>
    public bool LacksNumber;

    /// <summary>Outside of the sequence-tracked mode: whether a record was sealed.</summary>
    public bool HasSealed;

    /// <summary>Outside of the sequence-tracked mode: greatest number of a sealed record; tells a tag made again from a new one.</summary>
    public ulong LastSealed;

    /// <summary>Whether a record was sealed before; outside of the sequence-tracked mode.</summary>
    public readonly bool WasSealed(ulong number) => HasSealed && number <= LastSealed;

    /// <summary>Moves the notes over bytes that were protected; the cursor moves by itself.</summary>
    public void Move(int length)
    {
        Expected = unchecked(Expected + (uint)length);
        Streamed += length;
    }
}
