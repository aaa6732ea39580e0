using System.Buffers.Binary;

namespace NicEmu.Net;

/// <summary>Writes the headers in front of what an interface sends.</summary>
internal sealed class FrameWriter(NetStackConfig config)
{
    /// <summary>Tagged Ethernet, IPv6, TCP with all its options.</summary>
    public const int MaximumHeaderBytes = EthernetHeader.TaggedLength + Ipv6Header.FixedLength + 60;

    private const byte HopLimit = 64;

    private ushort _identification;

    public int LinkHeaderBytes => config.VlanId is null ? EthernetHeader.UntaggedLength : EthernetHeader.TaggedLength;

    public int WriteEthernet(Span<byte> frame, MacAddress destination, ushort etherType) =>
        new EthernetHeader { Destination = destination, Source = config.Mac, VlanId = config.VlanId ?? -1, EtherType = etherType }.Write(frame);

    /// <summary>Ethernet and IP headers for an upper-layer packet; returns where that begins.</summary>
    public int WriteIp(
        Span<byte> frame, MacAddress nextHop, in IpAddress source, in IpAddress destination, byte protocol, int upperLength,
        byte hopLimit = HopLimit, bool computeChecksum = true)
    {
        int at = WriteEthernet(frame, nextHop, destination.IsIpv6 ? EtherType.Ipv6 : EtherType.Ipv4);
        if (destination.IsIpv6)
        {
            new Ipv6Header { PayloadLength = upperLength, UpperProtocol = protocol, HopLimit = hopLimit, Source = source, Destination = destination }
                .Write(frame[at..]);
            return at + Ipv6Header.FixedLength;
        }

        new Ipv4Header
        {
            TotalLength = Ipv4Header.MinimumLength + upperLength,
            Identification = unchecked(_identification++),
            TimeToLive = hopLimit,
            Protocol = protocol,
            Source = source,
            Destination = destination,
        }.Write(frame[at..], computeChecksum);
        return at + Ipv4Header.MinimumLength;
    }

    /// <summary>All headers of a TCP segment; returns their length. The payload serves the checksum only.</summary>
    public int WriteTcp(Span<byte> frame, MacAddress nextHop, in TcpTuple tuple, in SegmentPlan plan, ReadOnlySpan<byte> payload, bool computeChecksum)
    {
        int headerLength = TcpHeader.MinimumLength + plan.Options.EncodedLength;
        int at = WriteIp(
            frame, nextHop, tuple.LocalAddress, tuple.RemoteAddress, IpProtocol.Tcp, headerLength + plan.Length, computeChecksum: computeChecksum);
        Span<byte> tcp = frame.Slice(at, headerLength);
        new TcpHeader
        {
            SourcePort = tuple.LocalPort,
            DestinationPort = tuple.RemotePort,
            Sequence = plan.Sequence,
            Acknowledgment = plan.Acknowledgment,
            HeaderLength = headerLength,
            Flags = plan.Flags,
            Window = plan.Window,
        }.Write(tcp);
        plan.Options.Write(tcp[TcpHeader.MinimumLength..]);
        if (!computeChecksum) return at + headerLength;

        var sum = new InternetChecksum();
        sum.AddPseudoHeader(tuple.LocalAddress, tuple.RemoteAddress, IpProtocol.Tcp, headerLength + payload.Length);
        sum.Add(tcp);
        sum.Add(payload);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[TcpHeader.ChecksumOffset..], sum.Value);
        return at + headerLength;
    }
}
