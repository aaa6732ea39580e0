namespace NicEmu.Traces;

/// <summary>What a pcapng trace holds.</summary>
public sealed record PcapngTraceOptions
{
    /// <summary>Devices whose ports are written, each with four interfaces. Only the wire of the first is marked as Ethernet: both ends of one
    /// connection as Ethernet in one file look like retransmissions, and an analyser decrypts neither.</summary>
    public IReadOnlyList<int> Devices { get; init; } = [0];

    /// <summary>How the plaintext of TLS records is shown.</summary>
    public PlainView PlainAs { get; init; } = PlainView.Data;

    /// <summary>Greatest number of data bytes kept with a device event, such as a DMA transfer.</summary>
    public int DeviceDataLimit { get; init; } = 256;

    /// <summary>Whether TLS secrets are embedded, so that an analyser decrypts the wire.</summary>
    public bool EmbedSecrets { get; init; } = true;

    /// <summary>Whether every timer that fires is written.</summary>
    public bool Timers { get; init; }
}
