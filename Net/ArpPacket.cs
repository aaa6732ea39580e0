using System.Buffers.Binary;

namespace NicEmu.Net;

/// <summary>An ARP packet for IPv4 over Ethernet (RFC 826).</summary>
public readonly record struct ArpPacket
{
    /// <summary>Bytes on the wire.</summary>
    public const int Length = 28;

    /// <summary>Operation code of a request.</summary>
    public const ushort Request = 1;

    /// <summary>Operation code of a reply.</summary>
    public const ushort Reply = 2;

    /// <summary>Operation code.</summary>
    public ushort Operation { get; init; }

    /// <summary>Sender's hardware address.</summary>
    public MacAddress SenderMac { get; init; }

    /// <summary>Sender's IPv4 address.</summary>
    public IpAddress SenderIp { get; init; }

    /// <summary>Target's hardware address; 0 in a request.</summary>
    public MacAddress TargetMac { get; init; }

    /// <summary>Target's IPv4 address.</summary>
    public IpAddress TargetIp { get; init; }

    /// <summary>Reads a packet; false if it is truncated or not IPv4 over Ethernet.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ArpPacket packet)
    {
        packet = default;
        // Hardware type 1, protocol type 0x0800, address lengths 6 and 4.
        if (bytes.Length < Length || BinaryPrimitives.ReadUInt32BigEndian(bytes) != 0x0001_0800
            || BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) != 0x0604) return false;
        packet = new()
        {
            Operation = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]),
            SenderMac = MacAddress.Read(bytes[8..]),
            SenderIp = IpAddress.ReadIpv4(bytes[14..]),
            TargetMac = MacAddress.Read(bytes[18..]),
            TargetIp = IpAddress.ReadIpv4(bytes[24..]),
        };
        return true;
    }

    /// <summary>Writes 28 bytes.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, 0x0001_0800);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], 0x0604);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], Operation);
        SenderMac.Write(destination[8..]);
        SenderIp.Write(destination[14..]);
        TargetMac.Write(destination[18..]);
        TargetIp.Write(destination[24..]);
    }
}
