using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>What POSITION or RANGE says about the record in which the next DATA chain begins.</summary>
/// <param name="RecordStart">TCP sequence number of the first header byte; RANGE does not tell it.</param>
/// <param name="RecordNumber">Number of the record.</param>
/// <param name="ExplicitNonce">The eight nonce bytes in the record as a big-endian number; zero where it has none.</param>
/// <param name="LengthField">Length field of the header.</param>
/// <param name="ContentType">Type in the header.</param>
/// <param name="HeaderVersion">Version field of the header.</param>
/// <param name="Advance">Whether the in-order state moves to the end of the range.</param>
internal readonly record struct TxPosition(
    uint RecordStart, ulong RecordNumber, ulong ExplicitNonce, ushort LengthField, byte ContentType, ushort HeaderVersion, bool Advance)
{
    /// <summary>The header as a big-endian number.</summary>
    public ulong Header => ((ulong)ContentType << 32) | ((ulong)HeaderVersion << 16) | LengthField;

    /// <summary>Bytes of the record with its header.</summary>
    public int Length => TlsRecordLayout.HeaderLength + LengthField;

    /// <summary>Offset of the tag in the record.</summary>
    public int TagOffset => Length - TlsRecordLayout.TagLength;

    /// <summary>Whether header and explicit nonce are such as the records of a context have.</summary>
    /// <param name="layout">Version and cipher.</param>
    public bool IsAllowedBy(TlsRecordLayout layout) =>
        HeaderVersion == TlsRecordLayout.HeaderVersion
        && RecordTracker.IsPlausible(layout, Header)
        && (layout.ExplicitNonceLength > 0 || ExplicitNonce == 0);

    /// <summary>One byte of header or explicit nonce.</summary>
    /// <param name="offset">Offset in the record, less than 13.</param>
    public byte PrefixByte(int offset) => offset < TlsRecordLayout.HeaderLength
        ? (byte)(Header >> (8 * (TlsRecordLayout.HeaderLength - 1 - offset)))
        : (byte)(ExplicitNonce >> (8 * (TlsRecordLayout.HeaderLength + 7 - offset)));
}
