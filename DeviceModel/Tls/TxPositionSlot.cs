namespace NicEmu.DeviceModel.Tls;

/// <summary>
/// The one-shot position of a transmit queue. Its owner keeps one per queue, saves it with the queue and sets it to default when the queue is
/// reset; a DATA chain that does not use TLS, or any other descriptor, must go through <see cref="TlsEngine.Break"/> while it is in use.
/// </summary>
internal struct TxPositionSlot
{
    /// <summary>Context of the POSITION; 0 when the slot is empty.</summary>
    public ulong Handle;

    /// <summary>What POSITION said.</summary>
    public TxPosition Position;

    /// <summary>Bytes of the record that REPLAY gave.</summary>
    public int Replayed;

    /// <summary>Where the replayed bytes lead.</summary>
    public TxCursor Cursor;

    /// <summary>Whether a POSITION waits for its DATA chain.</summary>
    public readonly bool IsActive => Handle != 0;
}
