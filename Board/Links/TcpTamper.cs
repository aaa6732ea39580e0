using System.Buffers.Binary;

namespace NicEmu.Board.Links;

/// <summary>Changes a TCP segment so that TCP does not notice: an attacker on the path, or memory that failed behind a checksum.</summary>
internal static class TcpTamper
{
    private const int HeaderLength = 5;
    private const int ChecksumOffset = 16;

    /// <summary>Changes one byte of the payload, behind its first five where there are more, and puts the checksum right (RFC 1624, eqn. 3).</summary>
    /// <param name="frame">A frame; one without TCP payload stays as it is.</param>
    /// <param name="random">Picks byte and value.</param>
    public static void ChangeOneByte(Span<byte> frame, SeededRandom random)
    {
        if (!TcpView.TryParse(frame, out TcpView tcp) || tcp.Payload.IsEmpty || !frame.Overlaps(tcp.Payload, out int payloadAt))
        {
            return;
        }

        int spared = tcp.Payload.Length > HeaderLength ? HeaderLength : 0;
        int at = payloadAt + spared + random.Next(tcp.Payload.Length - spared);
        int tcpAt = payloadAt - tcp.HeaderLength;
        int word = at - ((at - tcpAt) % 2);
        ushort before = Word(frame, word, payloadAt + tcp.Payload.Length);
        frame[at] ^= (byte)(1 + random.Next(255));
        ushort after = Word(frame, word, payloadAt + tcp.Payload.Length);
        Span<byte> checksum = frame[(tcpAt + ChecksumOffset)..];
        uint sum = (uint)(ushort)~BinaryPrimitives.ReadUInt16BigEndian(checksum) + (ushort)~before + after;
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(checksum, (ushort)~sum);
    }

    // An odd segment is summed as if a zero byte followed (RFC 9293 §3.1).
    private static ushort Word(ReadOnlySpan<byte> frame, int at, int end) => (ushort)((frame[at] << 8) | (at + 1 < end ? frame[at + 1] : 0));
}
