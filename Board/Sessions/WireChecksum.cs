using System.Buffers.Binary;

namespace NicEmu.Board.Sessions;

/// <summary>Checks the checksums of a TCP segment on the wire (RFC 1071, RFC 9293 §3.1), with code of its own.</summary>
internal static class WireChecksum
{
    private const int Tcp = 6;

    /// <summary>Whether the IPv4 header's and the TCP checksum are right. The frame was found to hold a whole TCP segment.</summary>
    /// <param name="frame">Ethernet frame.</param>
    public static bool IsRight(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> packet = frame[(BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) == 0x8100 ? 18 : 14)..];
        if (packet[0] >> 4 == 4)
        {
            int header = (packet[0] & 0x0F) * 4;
            ReadOnlySpan<byte> segment = packet[header..BinaryPrimitives.ReadUInt16BigEndian(packet[2..])];
            uint pseudo = Sum(packet[12..20], Tcp + (uint)segment.Length);
            return Fold(Sum(packet[..header], 0)) == 0xFFFF && Fold(Sum(segment, pseudo)) == 0xFFFF;
        }

        ReadOnlySpan<byte> payload = packet.Slice(40, BinaryPrimitives.ReadUInt16BigEndian(packet[4..]));
        return Fold(Sum(payload, Sum(packet[8..40], Tcp + (uint)payload.Length))) == 0xFFFF;
    }

    private static uint Sum(ReadOnlySpan<byte> bytes, uint sum)
    {
        for (; bytes.Length >= 2; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        return bytes.IsEmpty ? sum : sum + ((uint)bytes[0] << 8);
    }

    private static uint Fold(uint sum)
    {
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (sum & 0xFFFF) + (sum >> 16);
    }
}
