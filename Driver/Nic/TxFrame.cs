using NicEmu.Spec.Core;

namespace NicEmu.Driver.Nic;

/// <summary>A frame to send. Its headers are copied when it is posted, and its payload unless it is named where it lies.</summary>
public readonly ref struct TxFrame
{
    /// <summary>Ethernet, network and transport headers, or the whole frame.</summary>
    public required ReadOnlySpan<byte> Headers { get; init; }

    /// <summary>What follows the headers; may be empty.</summary>
    public TxBytes Payload { get; init; }

    /// <summary>Bytes of the payload, from the first, that the card is not to send, as RANGE before the frame says; the headers do not count them.</summary>
    public int Skip { get; init; }

    /// <summary>What the card is to do.</summary>
    public TxOffloads Offloads { get; init; }

    /// <summary>Greatest TCP payload of one segment, with <see cref="TxOffloads.Segmentation"/>.</summary>
    public ushort Mss { get; init; }

    /// <summary>Tag control information, with <see cref="TxOffloads.VlanInsert"/>.</summary>
    public ushort VlanTci { get; init; }

    /// <summary>Transmit context, with <see cref="TxOffloads.Tls"/>.</summary>
    public ulong Handle { get; init; }
}
