namespace NicEmu.DeviceModel.Port;

/// <summary>Where the parts of a frame lie. Offsets are in bytes from the start of the frame; 0 where there is no such part.</summary>
internal struct FrameLayout
{
    /// <summary>IP protocol number of TCP.</summary>
    public const byte Tcp = 6;

    /// <summary>IP protocol number of UDP.</summary>
    public const byte Udp = 17;

    /// <summary>How far the frame could be parsed.</summary>
    public FrameVerdict Verdict;

    /// <summary>IEEE 802.1Q and 802.1ad tags, 0 to 2.</summary>
    public int VlanTags;

    /// <summary>4, 6, or 0 when the frame does not carry IP.</summary>
    public int IpVersion;

    /// <summary>Start of the IP header; with the verdict NotIp the end of the Ethernet header.</summary>
    public int L3Offset;

    /// <summary>Start of the layer 4 header, behind IPv4 options or IPv6 extension headers.</summary>
    public int L4Offset;

    /// <summary><see cref="Tcp"/> or <see cref="Udp"/> when that header was parsed; 0 for all else: other protocols, fragments, unfinished IPv6 routing.</summary>
    public byte L4Protocol;

    /// <summary>Start of the TCP or UDP payload.</summary>
    public int PayloadOffset;

    /// <summary>End of the IP packet; Ethernet padding may follow.</summary>
    public int PacketEnd;

    /// <summary>Bytes of TCP or UDP payload.</summary>
    public readonly int PayloadLength => PacketEnd - PayloadOffset;

    /// <summary>Whether the frame carries a whole TCP segment.</summary>
    public readonly bool IsTcp => Verdict == FrameVerdict.Ok && L4Protocol == Tcp;

    /// <summary>Bytes of the Ethernet header, tags included.</summary>
    public readonly int EthernetLength => FrameParser.EthernetHeaderLength + (VlanTags * FrameParser.VlanTagLength);
}
