using NicEmu.Spec.Core;

namespace NicEmu.DeviceModel.Core;

/// <summary>All that crosses from a personality into the engine room for one chain of transmit descriptors.</summary>
internal ref struct TxRequest
{
    /// <summary>Transmit queue that the chain came from.</summary>
    public int Queue;

    /// <summary>What is asked for. Without any flag the frame goes out as it is, byte for byte.</summary>
    public TxOffloads Offloads;

    /// <summary>Greatest TCP payload of one segment in bytes; means something with <see cref="TxOffloads.Segmentation"/> only.</summary>
    public ushort Mss;

    /// <summary>
    /// Bytes from the start of the frame to its layer 4 payload as the descriptor tells them; compared with the parsed frame when
    /// segmentation or TLS is asked for. Zero where a descriptor format has no such field: the parsed length is then taken.
    /// </summary>
    public int HeaderLength;

    /// <summary>Tag control information, with <see cref="TxOffloads.VlanInsert"/>.</summary>
    public ushort VlanTci;

    /// <summary>TLS transmit context, with <see cref="TxOffloads.Tls"/>.</summary>
    public ulong Handle;

    /// <summary>Ethernet frame without frame check sequence: headers and payload before segmentation. It is the caller's buffer; its bytes may be
    /// overwritten unless the outcome is backpressure.</summary>
    public Span<byte> Frame;
}
