namespace NicEmu.Traces;

/// <summary>Direction of a captured packet as seen by its interface; the numbers are those of the pcapng option epb_flags, bits 0 and 1.</summary>
public enum PacketDirection
{
    /// <summary>Not known, or without meaning.</summary>
    Unknown = 0,

    /// <summary>Received by the interface.</summary>
    Inbound = 1,

    /// <summary>Sent by the interface.</summary>
    Outbound = 2,
}
