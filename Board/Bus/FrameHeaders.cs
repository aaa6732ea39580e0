using System.Buffers.Binary;

namespace NicEmu.Board.Bus;

/// <summary>Tells how long the headers of a TCP frame are, from as many of its first bytes as are there.</summary>
internal static class FrameHeaders
{
    /// <summary>The frame carries no TCP.</summary>
    public const int NoTcp = -1;

    /// <summary>More bytes are needed; all that are there are headers.</summary>
    public const int Unknown = 0;

    /// <summary>Bytes that always suffice: Ethernet with a tag, the longest IPv4 header, and the TCP header up to its length.</summary>
    public const int MostNeeded = 18 + 60 + 13;

    private const int EthernetLength = 14;
    private const int TagLength = 4;
    private const ushort Vlan = 0x8100;
    private const ushort Ipv4 = 0x0800;
    private const ushort Ipv6 = 0x86DD;
    private const byte Tcp = 6;

    /// <summary>Bytes before the TCP payload, or <see cref="NoTcp"/>, or <see cref="Unknown"/>.</summary>
    /// <param name="frame">Its first bytes, from the Ethernet header on.</param>
    public static int LengthOf(ReadOnlySpan<byte> frame)
    {
        int at = EthernetLength;
        if (frame.Length < at) return Unknown;
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        if (type == Vlan)
        {
            at += TagLength;
            if (frame.Length < at) return Unknown;
            type = BinaryPrimitives.ReadUInt16BigEndian(frame[16..]);
        }

        if (type is not (Ipv4 or Ipv6)) return NoTcp;
        if (frame.Length < at + 10) return Unknown;
        byte protocol = type == Ipv4 ? frame[at + 9] : frame[at + 6];
        if (protocol != Tcp) return NoTcp;
        at += type == Ipv4 ? 4 * (frame[at] & 15) : 40;
        return frame.Length < at + 13 ? Unknown : at + (4 * (frame[at + 12] >> 4));
    }
}
