using System.Buffers.Binary;

namespace NicEmu.Net;

/// <summary>An IPv4 header (RFC 791 §3.1). Options are skipped on reading and never written.</summary>
public readonly record struct Ipv4Header
{
    /// <summary>Bytes of a header without options.</summary>
    public const int MinimumLength = 20;

    /// <summary>Header length in bytes with options, 20 to 60.</summary>
    public int HeaderLength { get; init; }

    /// <summary>Header and payload in bytes.</summary>
    public int TotalLength { get; init; }

    /// <summary>Identification field.</summary>
    public ushort Identification { get; init; }

    /// <summary>Hops left.</summary>
    public byte TimeToLive { get; init; }

    /// <summary>Protocol of the payload, see <see cref="IpProtocol"/>.</summary>
    public byte Protocol { get; init; }

    /// <summary>Source address.</summary>
    public IpAddress Source { get; init; }

    /// <summary>Destination address.</summary>
    public IpAddress Destination { get; init; }

    /// <summary>Reads a header from the start of a packet that may carry padding behind it.</summary>
    /// <param name="packet">From the version field on.</param>
    /// <param name="verifyChecksum">False if hardware has verified it.</param>
    /// <param name="header">What was read.</param>
    /// <returns><see cref="DropReason.None"/>, or why the packet has to be dropped.</returns>
    public static DropReason Read(ReadOnlySpan<byte> packet, bool verifyChecksum, out Ipv4Header header)
    {
        header = default;
        if (packet.Length < MinimumLength || packet[0] >> 4 != 4) return DropReason.IpMalformed;
        int headerLength = (packet[0] & 0x0F) * 4;
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (headerLength < MinimumLength || totalLength < headerLength || totalLength > packet.Length) return DropReason.IpMalformed;
        if (verifyChecksum && InternetChecksum.Compute(packet[..headerLength]) != 0) return DropReason.IpChecksum;
        // More Fragments or a fragment offset; Don't Fragment and the reserved bit do not matter.
        if ((BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3FFF) != 0) return DropReason.IpFragment;

        header = new()
        {
            HeaderLength = headerLength,
            TotalLength = totalLength,
            Identification = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]),
            TimeToLive = packet[8],
            Protocol = packet[9],
            Source = IpAddress.ReadIpv4(packet[12..]),
            Destination = IpAddress.ReadIpv4(packet[16..]),
        };
        return DropReason.None;
    }

    /// <summary>Writes 20 bytes with Don't Fragment set (RFC 1191 §3).</summary>
    /// <param name="destination">At least 20 bytes.</param>
    /// <param name="computeChecksum">False leaves the checksum field 0 for the NIC to fill.</param>
    public void Write(Span<byte> destination, bool computeChecksum)
    {
        destination[0] = 0x45;
        destination[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)TotalLength);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], Identification);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], 0x4000);
        destination[8] = TimeToLive;
        destination[9] = Protocol;
        BinaryPrimitives.WriteUInt16BigEndian(destination[10..], 0);
        Source.Write(destination[12..]);
        Destination.Write(destination[16..]);
        if (computeChecksum) BinaryPrimitives.WriteUInt16BigEndian(destination[10..], InternetChecksum.Compute(destination[..MinimumLength]));
    }
}
