using System.Buffers.Binary;

namespace NicEmu.Tests.Unit.Board;

/// <summary>Frames with a TCP segment, checksums zero: the links do not look at them.</summary>
internal static class TestFrames
{
    public static byte[] Tcp4(uint sequence, int payload, byte flags = 0x10, ushort source = 1000, ushort destination = 443, bool isTagged = false)
    {
        int ethernet = isTagged ? 18 : 14;
        byte[] frame = new byte[ethernet + 20 + 20 + payload];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), (ushort)(isTagged ? 0x8100 : 0x0800));
        if (isTagged)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), 0x0800);
        }

        Span<byte> ip = frame.AsSpan(ethernet);
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)ip.Length);
        ip[9] = 6;
        WriteTcp(ip[20..], sequence, flags, source, destination);
        return frame;
    }

    public static byte[] Tcp6(uint sequence, int payload, byte flags = 0x10)
    {
        byte[] frame = new byte[14 + 40 + 20 + payload];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), 0x86DD);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(18), (ushort)(20 + payload));
        frame[14] = 0x60;
        frame[20] = 6;
        WriteTcp(frame.AsSpan(54), sequence, flags, 1000, 443);
        return frame;
    }

    private static void WriteTcp(Span<byte> tcp, uint sequence, byte flags, ushort source, ushort destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(tcp, source);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], destination);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence);
        tcp[12] = 0x50;
        tcp[13] = flags;
        for (int i = 20; i < tcp.Length; i++)
        {
            tcp[i] = (byte)i;
        }
    }
}
