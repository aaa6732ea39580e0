namespace NicEmu.DeviceModel.Core;

/// <summary>One range of one record, that the next TLS chain of a queue brings. Nothing is kept afterwards.</summary>
internal readonly record struct RangeParameters
{
    /// <summary>Transmit context, in range mode.</summary>
    public required ulong Handle { get; init; }

    /// <summary>Record sequence number.</summary>
    public required ulong RecordNumber { get; init; }

    /// <summary>TLS 1.2 with GCM: the eight nonce bytes of the record as a big-endian number; else zero.</summary>
    public ulong ExplicitNonce { get; init; }

    /// <summary>Length field of the record's header.</summary>
    public required ushort LengthField { get; init; }

    /// <summary>Content type in the record's header.</summary>
    public required byte RecordType { get; init; }

    /// <summary>Version field of the record's header.</summary>
    public required ushort HeaderVersion { get; init; }

    /// <summary>Offset in the record of the chain's first payload byte.</summary>
    public required uint Offset { get; init; }

    /// <summary>Payload bytes of the chain.</summary>
    public required uint Length { get; init; }

    /// <summary>Bytes of them, from the first, that are processed and not sent.</summary>
    public uint Skip { get; init; }
}
