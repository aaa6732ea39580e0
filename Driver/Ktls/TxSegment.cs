using NicEmu.Driver.Nic;

namespace NicEmu.Driver.Ktls;

/// <summary>A TCP segment on its way to the card.</summary>
internal readonly ref struct TxSegment
{
    /// <summary>Ethernet, network and TCP headers, with checksum fields for the card to fill.</summary>
    public required ReadOnlySpan<byte> Headers { get; init; }

    /// <summary>TCP payload.</summary>
    public required TxBytes Payload { get; init; }

    /// <summary>TCP sequence number of the payload's first byte.</summary>
    public required uint Sequence { get; init; }

    /// <summary>Greatest payload of one frame; 0 when the segment is one frame.</summary>
    public int Mss { get; init; }

    /// <summary>TCP sequence number after the payload's last byte.</summary>
    public uint End => Sequence + (uint)Payload.Length;

    /// <summary>Whether it becomes several frames.</summary>
    public bool IsCut => Mss > 0 && Payload.Length > Mss;
}
