using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>
/// Place in a stream of records: walks any cut of it, collects header and explicit nonce, and does no cryptography. A plain value that can be
/// copied and saved between any two bytes.
/// </summary>
internal struct RecordTracker
{
    /// <param name="layout">Version and cipher.</param>
    public RecordTracker(TlsRecordLayout layout) => Layout = layout;

    /// <summary>Version and cipher.</summary>
    public readonly TlsRecordLayout Layout { get; }

    /// <summary>Bytes of the current record that have passed.</summary>
    public int Offset { get; private set; }

    /// <summary>Bytes of the current record with its header; 0 while the header is incomplete.</summary>
    public int Length { get; private set; }

    /// <summary>The header's bytes so far, as a big-endian number.</summary>
    public ulong Header { get; private set; }

    /// <summary>The explicit nonce's bytes so far, as a big-endian number.</summary>
    public ulong ExplicitNonce { get; private set; }

    /// <summary>Content type in the header.</summary>
    public readonly byte ContentType => (byte)(Header >> 32);

    /// <summary>Whether header and explicit nonce are complete and nothing after them has passed.</summary>
    public readonly bool IsAtBody => Length > 0 && Offset == Layout.PrefixLength;

    /// <summary>Whether the whole record has passed.</summary>
    public readonly bool IsAtEnd => Length > 0 && Offset == Length;

    /// <summary>Offset of the tag in the record. Needs a complete header.</summary>
    public readonly int TagOffset => Length - TlsRecordLayout.TagLength;

    /// <summary>Whether five bytes, as a big-endian number, are a header that the layout allows.</summary>
    public static bool IsPlausible(TlsRecordLayout layout, ulong header)
    {
        ReadOnlySpan<byte> bytes = [(byte)(header >> 32), (byte)(header >> 24), (byte)(header >> 16), (byte)(header >> 8), (byte)header];
        return layout.IsPlausibleHeader(bytes);
    }

    /// <summary>Takes the longest run of bytes that belongs to one part of the record.</summary>
    /// <param name="bytes">At least one byte. The caller begins a new record after the end of one.</param>
    /// <param name="count">Bytes taken, at least 1.</param>
    public RecordPart Take(ReadOnlySpan<byte> bytes, out int count)
    {
        if (Offset < TlsRecordLayout.HeaderLength)
        {
            count = Math.Min(bytes.Length, TlsRecordLayout.HeaderLength - Offset);
            Header = Gather(Header, bytes[..count]);
            Offset += count;
            if (Offset < TlsRecordLayout.HeaderLength)
            {
                return RecordPart.Header;
            }

            if (!IsPlausible(Layout, Header))
            {
                return RecordPart.BadHeader;
            }

            Length = TlsRecordLayout.HeaderLength + (ushort)Header;
            return RecordPart.Header;
        }

        RecordPart part;
        int end;
        if (Offset < Layout.PrefixLength)
        {
            (part, end) = (RecordPart.Nonce, Layout.PrefixLength);
        }
        else
        {
            (part, end) = Offset < TagOffset ? (RecordPart.Body, TagOffset) : (RecordPart.Tag, Length);
        }

        count = Math.Min(bytes.Length, end - Offset);
        if (part == RecordPart.Nonce)
        {
            ExplicitNonce = Gather(ExplicitNonce, bytes[..count]);
        }

        Offset += count;
        return part;
    }

    /// <summary>Moves on within a record whose header is known, without its bytes.</summary>
    /// <param name="count">Bytes, not past the record's end.</param>
    public void Skip(int count) => Offset += count;

    /// <summary>Stands before the first byte of a record.</summary>
    public void BeginRecord() => this = new RecordTracker(Layout);

    /// <summary>Stands after a header that was read elsewhere.</summary>
    /// <param name="header">A plausible header as a big-endian number.</param>
    public void BeginAfterHeader(ulong header) => this = new RecordTracker(Layout)
    {
        Header = header,
        Offset = TlsRecordLayout.HeaderLength,
        Length = TlsRecordLayout.HeaderLength + (ushort)header,
    };

    private static ulong Gather(ulong value, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            value = (value << 8) | b;
        }

        return value;
    }
}
