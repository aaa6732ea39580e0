namespace NicEmu.DeviceModel.Tls;

/// <summary>Parts of a record, in their order on the wire.</summary>
internal enum RecordPart : byte
{
    /// <summary>Bytes of a header that is not complete yet, or just became so and is allowed.</summary>
    Header,

    /// <summary>The header became complete and is not allowed.</summary>
    BadHeader,

    /// <summary>Bytes of the explicit nonce.</summary>
    Nonce,

    /// <summary>Bytes of the encrypted part.</summary>
    Body,

    /// <summary>Bytes of the tag.</summary>
    Tag,
}
