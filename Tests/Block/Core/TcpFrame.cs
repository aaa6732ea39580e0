using System.Buffers.Binary;

namespace NicEmu.Tests.Block.Core;

/// <summary>Builds TCP frames from their fields, byte by byte, with checksums that a plain loop computes.</summary>
internal sealed record TcpFrame
{
    public bool Ipv6 { get; init; }

    /// <summary>Tags as they stand in the frame: protocol identifier and control information.</summary>
    public (ushort Tpid, ushort Tci)[] Vlan { get; init; } = [];

    /// <summary>Bytes of IPv4 options, a multiple of 4; or of one IPv6 destination options header, a multiple of 8.</summary>
    public int IpOptions { get; init; }

    public byte[] TcpOptions { get; init; } = [];

    public ulong Destination { get; init; } = NullPersonality.Mac;

    public ulong Source { get; init; } = 0x02_00_00_00_00_02;

    public ushort SourcePort { get; init; } = 443;

    public ushort DestinationPort { get; init; } = 50000;

    public ushort Identification { get; init; } = 0x1234;

    public uint Sequence { get; init; } = 1;

    public byte Flags { get; init; } = 0x18;

    public byte[] Payload { get; init; } = [];

    public byte[] SourceAddress => Ipv6 ? Convert.FromHexString("20010DB8000000000000000000000002") : [192, 0, 2, 2];

    public byte[] DestinationAddress => Ipv6 ? Convert.FromHexString("20010DB8000000000000000000000001") : [192, 0, 2, 1];

    public int L3Offset => 14 + (4 * Vlan.Length);

    public int L4Offset => L3Offset + (Ipv6 ? 40 : 20) + IpOptions;

    public int HeaderLength => L4Offset + 20 + TcpOptions.Length;

    /// <summary>The frame with right checksums and lengths (a length that does not fit its field is cut).</summary>
    public byte[] Build()
    {
        var frame = new byte[HeaderLength + Payload.Length];
        WriteEthernet(frame);
        Span<byte> ip = frame.AsSpan(L3Offset);
        Span<byte> tcp = frame.AsSpan(L4Offset);
        BinaryPrimitives.WriteUInt16BigEndian(tcp, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], 0x0A0B0C0D);
        tcp[12] = (byte)((20 + TcpOptions.Length) << 2);
        tcp[13] = Flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], 0xFFEE);
        TcpOptions.CopyTo(tcp[20..]);
        Payload.CopyTo(tcp[(20 + TcpOptions.Length)..]);
        if (Ipv6)
        {
            WriteIpv6(ip);
        }
        else
        {
            WriteIpv4(ip);
        }

        uint pseudo = Sum(0, [.. SourceAddress, .. DestinationAddress]) + 6 + (uint)tcp.Length;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], Checksum(Sum(pseudo, tcp)));
        return frame;
    }

    /// <summary>Checksum of a sum of 16-bit words (RFC 1071).</summary>
    public static ushort Checksum(uint sum)
    {
        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    /// <summary>Sum of 16-bit words.</summary>
    public static uint Sum(uint sum, ReadOnlySpan<byte> data)
    {
        for (int i = 0; i < data.Length; i++)
        {
            sum += (i & 1) == 0 ? (uint)data[i] << 8 : data[i];
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return sum;
    }

    private void WriteEthernet(Span<byte> frame)
    {
        Span<byte> eight = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(eight, Destination << 16);
        eight[..6].CopyTo(frame);
        BinaryPrimitives.WriteUInt64BigEndian(eight, Source << 16);
        eight[..6].CopyTo(frame[6..]);
        for (int i = 0; i < Vlan.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame[(12 + (4 * i))..], Vlan[i].Tpid);
            BinaryPrimitives.WriteUInt16BigEndian(frame[(14 + (4 * i))..], Vlan[i].Tci);
        }

        BinaryPrimitives.WriteUInt16BigEndian(frame[(L3Offset - 2)..], Ipv6 ? (ushort)0x86DD : (ushort)0x0800);
    }

    private void WriteIpv4(Span<byte> ip)
    {
        ip[0] = (byte)(0x45 + (IpOptions / 4));
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)ip.Length);
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], Identification);
        ip[6] = 0x40;
        ip[8] = 64;
        ip[9] = 6;
        SourceAddress.CopyTo(ip[12..]);
        DestinationAddress.CopyTo(ip[16..]);
        ip.Slice(20, IpOptions).Fill(1);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Checksum(Sum(0, ip[..(20 + IpOptions)])));
    }

    private void WriteIpv6(Span<byte> ip)
    {
        ip[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)(ip.Length - 40));
        ip[6] = IpOptions > 0 ? (byte)60 : (byte)6;
        ip[7] = 64;
        SourceAddress.CopyTo(ip[8..]);
        DestinationAddress.CopyTo(ip[24..]);
        if (IpOptions > 0)
        {
            ip[40] = 6;
            ip[41] = (byte)((IpOptions / 8) - 1);
            ip[42] = 1;
            ip[43] = (byte)(IpOptions - 4);
        }
    }
}
