using System.Buffers.Binary;

namespace NicEmu.Traces;

/// <summary>The tags before an exported PDU, big-endian type, length, value (Wireshark, epan/exported_pdu.h).</summary>
internal static class ExportedPduHeader
{
    public const int MaxLength = 8 + (2 * 20) + (3 * 8) + 4;

    private const ushort EndOfOptions = 0;
    private const ushort DissectorName = 12;
    private const ushort Ipv4Source = 20;
    private const ushort Ipv4Destination = 21;
    private const ushort Ipv6Source = 22;
    private const ushort Ipv6Destination = 23;
    private const ushort PortType = 24;
    private const ushort SourcePort = 25;
    private const ushort DestinationPort = 26;
    private const uint PortTypeTcp = 2;

    /// <summary>Writes the tags.</summary>
    /// <param name="dissector">Four ASCII characters.</param>
    /// <param name="flow">Addresses and ports; null when they are not known.</param>
    /// <param name="header">Receives at most <see cref="MaxLength"/> bytes.</param>
    public static int Write(ReadOnlySpan<byte> dissector, TcpFlow? flow, Span<byte> header)
    {
        int at = Tag(header, 0, DissectorName, dissector);
        if (flow is { } known)
        {
            at = Address(header, at, known.IsIpv6, known.IsIpv6 ? Ipv6Source : Ipv4Source, known.Source);
            at = Address(header, at, known.IsIpv6, known.IsIpv6 ? Ipv6Destination : Ipv4Destination, known.Destination);
            at = Number(header, at, PortType, PortTypeTcp);
            at = Number(header, at, SourcePort, known.SourcePort);
            at = Number(header, at, DestinationPort, known.DestinationPort);
        }

        return Tag(header, at, EndOfOptions, default);
    }

    private static int Address(Span<byte> header, int at, bool isIpv6, ushort type, UInt128 address)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, address);
        return Tag(header, at, type, isIpv6 ? bytes : bytes[12..]);
    }

    private static int Number(Span<byte> header, int at, ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return Tag(header, at, type, bytes);
    }

    private static int Tag(Span<byte> header, int at, ushort type, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(header[at..], type);
        BinaryPrimitives.WriteUInt16BigEndian(header[(at + 2)..], (ushort)value.Length);
        value.CopyTo(header[(at + 4)..]);
        return at + 4 + value.Length;
    }
}
