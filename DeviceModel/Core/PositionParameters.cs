namespace NicEmu.DeviceModel.Core;

/// <summary>Where in an earlier record the next TLS chain of a queue begins.</summary>
internal readonly record struct PositionParameters
{
    /// <summary>Transmit context.</summary>
    public required ulong Handle { get; init; }

    /// <summary>TCP sequence number of the first byte of the record's header.</summary>
    public required uint RecordStartSequence { get; init; }

    /// <summary>Record sequence number of that record.</summary>
    public required ulong RecordNumber { get; init; }

    /// <summary>TLS 1.2 with GCM: the eight nonce bytes of the record as a big-endian number; else zero.</summary>
    public ulong ExplicitNonce { get; init; }

    /// <summary>Length field of the record's header.</summary>
    public required ushort LengthField { get; init; }

    /// <summary>Content type in the record's header.</summary>
    public required byte RecordType { get; init; }

    /// <summary>Version field of the record's header.</summary>
    public required ushort HeaderVersion { get; init; }

    /// <summary>Whether the range moves the in-order state to its end.</summary>
    public bool Advance { get; init; }
}
