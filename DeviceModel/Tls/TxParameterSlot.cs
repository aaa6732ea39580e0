namespace NicEmu.DeviceModel.Tls;

/// <summary>
/// What SET_CONTEXT and SET_PROGRESS told one positional context of a transmit queue and no fence has made effective yet. Its owner keeps one per
/// queue, saves it with the queue and sets it to default when the queue is reset.
/// </summary>
internal struct TxParameterSlot
{
    /// <summary>The context; 0 when nothing waits.</summary>
    public ulong Handle;

    /// <summary>Number of the record that SET_PROGRESS begins with, when <see cref="HasNumber"/>.</summary>
    public ulong RecordNumber;

    /// <summary>TCP sequence number of the record's first byte, when <see cref="HasPlace"/>.</summary>
    public uint RecordStart;

    /// <summary>SET_CONTEXT came.</summary>
    public bool HasNumber;

    /// <summary>SET_PROGRESS came.</summary>
    public bool HasPlace;

    /// <summary>Whether something waits for a fence.</summary>
    public readonly bool IsActive => Handle != 0;
}
