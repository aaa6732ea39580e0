namespace NicEmu.DeviceModel.Tls;

/// <summary>The in-order state of a transmit context: a plain value, so that a chain is staged on a copy.</summary>
internal struct TxState
{
    /// <summary>TCP sequence number of the next byte.</summary>
    public uint Expected;

    /// <summary>Bytes from the context's start to the next byte; tells old from early after a wrap.</summary>
    public long Streamed;

    /// <summary>Place in the stream of records at the next byte.</summary>
    public TxCursor Cursor;
}
