using NicEmu.Spec.Core;
using NicEmu.Spec.Native;

namespace NicEmu.Driver.Nic;

/// <summary>A descriptor or chain that the card refused: nothing of it left the card. Valid during the call.</summary>
public readonly ref struct TxFailure
{
    /// <summary>Why.</summary>
    public required TxStatus Status { get; init; }

    /// <summary>Kind of descriptor.</summary>
    public required TxOpcode Opcode { get; init; }

    /// <summary>Context named by the descriptor, or zero.</summary>
    public ulong Handle { get; init; }

    /// <summary>The frame of a DATA chain as it was posted, before any offload, without a payload that was named where it lies; empty for other descriptors.</summary>
    public ReadOnlySpan<byte> Frame { get; init; }

    /// <summary>Bytes of the frame before its payload.</summary>
    public int HeaderLength { get; init; }

    /// <summary>Payload bytes of the frame, from the first, that were not to be sent.</summary>
    public int Skip { get; init; }

    /// <summary>The payload that was to be sent; empty where it was named and not copied.</summary>
    public ReadOnlySpan<byte> Payload => Frame[Math.Min(HeaderLength + Skip, Frame.Length)..];

    /// <summary>Bytes of payload that were to be sent, wherever they lie.</summary>
    public int PayloadLength { get; init; }

    /// <summary>Offloads that were asked for.</summary>
    public TxOffloads Offloads { get; init; }

    /// <summary>Greatest TCP payload of one segment, as posted.</summary>
    public ushort Mss { get; init; }
}
