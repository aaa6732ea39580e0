using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace NicEmu.Traces;

/// <summary>One direction of a TCP connection.</summary>
/// <param name="IsIpv6">Whether the addresses are IPv6; IPv4 addresses stand in the low 32 bits.</param>
/// <param name="Source">Address of the sender.</param>
/// <param name="Destination">Address of the receiver.</param>
/// <param name="SourcePort">TCP port of the sender.</param>
/// <param name="DestinationPort">TCP port of the receiver.</param>
public readonly record struct TcpFlow(bool IsIpv6, UInt128 Source, UInt128 Destination, ushort SourcePort, ushort DestinationPort)
{
    /// <summary>Sender and receiver as <c>address:port > address:port</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{new IPEndPoint(AddressOf(Source), SourcePort)} > {new IPEndPoint(AddressOf(Destination), DestinationPort)}");

    private IPAddress AddressOf(UInt128 address)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, address);
        return new IPAddress(IsIpv6 ? bytes : bytes[12..]);
    }
}
