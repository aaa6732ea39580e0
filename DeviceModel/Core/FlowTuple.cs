using System.Buffers.Binary;
using NicEmu.DeviceModel.Port;

namespace NicEmu.DeviceModel.Core;

/// <summary>Addresses and ports of a TCP flow as its received packets carry them. Equality is exact.</summary>
/// <param name="IsIpv6">Whether the addresses are of IPv6.</param>
/// <param name="SourceFirst">Source address, bytes 0 to 7 as a big-endian number; IPv4 in the upper half.</param>
/// <param name="SourceLast">Source address, bytes 8 to 15; 0 for IPv4.</param>
/// <param name="DestinationFirst">Destination address, bytes 0 to 7.</param>
/// <param name="DestinationLast">Destination address, bytes 8 to 15; 0 for IPv4.</param>
/// <param name="SourcePort">TCP source port: the remote one.</param>
/// <param name="DestinationPort">TCP destination port: the local one.</param>
internal readonly record struct FlowTuple(
    bool IsIpv6, ulong SourceFirst, ulong SourceLast, ulong DestinationFirst, ulong DestinationLast, ushort SourcePort, ushort DestinationPort)
{
    /// <summary>Puts a tuple together from addresses in network order.</summary>
    /// <param name="source">4 or 16 bytes.</param>
    /// <param name="destination">As many bytes as <paramref name="source"/>.</param>
    /// <param name="sourcePort">TCP source port.</param>
    /// <param name="destinationPort">TCP destination port.</param>
    /// <exception cref="ArgumentException">An address has another length.</exception>
    public static FlowTuple Create(ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, ushort sourcePort, ushort destinationPort)
    {
        if (source.Length != destination.Length || source.Length is not (4 or 16))
        {
            throw new ArgumentException("Both addresses have 4 bytes, or both have 16.", nameof(source));
        }

        return source.Length == 4
            ? new FlowTuple(
                false, (ulong)BinaryPrimitives.ReadUInt32BigEndian(source) << 32, 0, (ulong)BinaryPrimitives.ReadUInt32BigEndian(destination) << 32, 0,
                sourcePort, destinationPort)
            : new FlowTuple(
                true, BinaryPrimitives.ReadUInt64BigEndian(source), BinaryPrimitives.ReadUInt64BigEndian(source[8..]),
                BinaryPrimitives.ReadUInt64BigEndian(destination), BinaryPrimitives.ReadUInt64BigEndian(destination[8..]), sourcePort, destinationPort);
    }

    /// <summary>The tuple of a received frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="layout">What the parser found in it: a TCP segment.</param>
    public static FlowTuple Of(ReadOnlySpan<byte> frame, in FrameLayout layout)
    {
        ReadOnlySpan<byte> ports = frame[layout.L4Offset..];
        (int source, int length) = layout.IpVersion == 4 ? (layout.L3Offset + 12, 4) : (layout.L3Offset + 8, 16);
        return Create(
            frame.Slice(source, length), frame.Slice(source + length, length), BinaryPrimitives.ReadUInt16BigEndian(ports),
            BinaryPrimitives.ReadUInt16BigEndian(ports[2..]));
    }

    /// <summary>A hash that is the same in every run.</summary>
    public override int GetHashCode()
    {
        ulong mix = SourceFirst ^ (SourceLast * 0x9E37_79B9_7F4A_7C15) ^ (DestinationFirst * 0xC2B2_AE3D_27D4_EB4F) ^ (DestinationLast * 0x1656_67B1_9E37_79F9)
            ^ (((ulong)SourcePort << 16) | DestinationPort);
        mix *= 0xFF51_AFD7_ED55_8CCD;
        return (int)(mix >> 32);
    }
}
