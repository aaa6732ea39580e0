namespace NicEmu.DeviceModel.Tls;

/// <summary>A DATA chain that was protected and waits for commit or rollback.</summary>
internal struct TxStaged
{
    /// <summary>Whether there is one.</summary>
    public bool IsOpen;

    /// <summary>TCP sequence number of its first byte.</summary>
    public uint Sequence;

    /// <summary>Its bytes that are sent.</summary>
    public int Length;

    /// <summary>Its bytes before them that are not sent: waste.</summary>
    public int Skipped;

    /// <summary>Records that end in it and were given a tag.</summary>
    public int Records;

    /// <summary>Whether it left the order of the stream: by POSITION, or behind a move of the place.</summary>
    public bool IsOutOfOrder;

    /// <summary>Whether it was encrypted without the record's earlier bytes.</summary>
    public bool IsOneShot;

    /// <summary>Whether <see cref="After"/> becomes the in-order state.</summary>
    public bool MovesHead;

    /// <summary>Place before its first byte.</summary>
    public TxCursor Before;

    /// <summary>In-order state behind its last byte.</summary>
    public TxState After;
}
