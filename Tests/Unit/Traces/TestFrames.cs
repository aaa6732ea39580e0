using System.Buffers.Binary;

namespace NicEmu.Tests.Unit.Traces;

/// <summary>Builds TCP segments with right checksums, by hand, so that the tests share no code with what they test.</summary>
internal static class TestFrames
{
    public static readonly byte[] ClientIpv4 = [10, 0, 0, 1];
    public static readonly byte[] ServerIpv4 = [10, 0, 0, 2];

    public static byte[] Tcp(byte[] source, byte[] destination, ushort sourcePort, ushort destinationPort, uint sequence, uint acknowledgment, byte flags, ReadOnlySpan<byte> payload)
    {
        bool v6 = source.Length == 16;
        int ip = v6 ? 40 : 20;
        byte[] frame = new byte[14 + ip + 20 + payload.Length];
        new byte[] { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, (byte)(v6 ? 0x86 : 0x08), (byte)(v6 ? 0xDD : 0x00) }.CopyTo(frame, 0);
        Span<byte> header = frame.AsSpan(14, ip);
        Span<byte> tcp = frame.AsSpan(14 + ip);
        if (v6)
        {
            header[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)tcp.Length);
            header[6] = 6;
            header[7] = 64;
            source.CopyTo(header[8..]);
            destination.CopyTo(header[24..]);
        }
        else
        {
            header[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(20 + tcp.Length));
            header[8] = 64;
            header[9] = 6;
            source.CopyTo(header[12..]);
            destination.CopyTo(header[16..]);
            BinaryPrimitives.WriteUInt16BigEndian(header[10..], (ushort)~Sum(header, 0));
        }

        BinaryPrimitives.WriteUInt16BigEndian(tcp, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], acknowledgment);
        tcp[12] = 0x50;
        tcp[13] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], 0xFFFF);
        payload.CopyTo(tcp[20..]);
        FixTcpChecksum(frame);
        return frame;
    }

    /// <summary>Writes the TCP checksum that the frame's bytes ask for.</summary>
    public static void FixTcpChecksum(byte[] frame)
    {
        bool v6 = frame[12] == 0x86;
        ReadOnlySpan<byte> addresses = v6 ? frame.AsSpan(22, 32) : frame.AsSpan(26, 8);
        Span<byte> tcp = frame.AsSpan(v6 ? 54 : 34);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], 0);
        uint sum = Sum(addresses, 6 + (uint)tcp.Length);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], (ushort)~Sum(tcp, sum));
    }

    public static byte[] Data(uint sequence, ReadOnlySpan<byte> payload) => Tcp(ClientIpv4, ServerIpv4, 40000, 4433, sequence, 1, 0x18, payload);

    private static uint Sum(ReadOnlySpan<byte> bytes, uint sum)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += i % 2 == 0 ? (uint)bytes[i] << 8 : bytes[i];
        }

        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return sum;
    }
}
