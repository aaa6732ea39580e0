using System.Buffers.Binary;
using NicEmu.Board;
using NicEmu.Spec.Native.Mailbox;
using NicEmu.Spec.Tls;

namespace NicEmu.Tests.Unit.Conformance.Sanitizer;

/// <summary>Frames of one connection, 10.0.0.1 port 1111 to 10.0.0.2 port 2222, and TLS 1.3 records in them.</summary>
internal static class SanitizerFrames
{
    private const uint Ours = 0x0A00_0001;
    private const uint Theirs = 0x0A00_0002;

    /// <summary>A framed record as a driver hands it over: content, inner type, and filler in the tag's place.</summary>
    public static byte[] Plain(int content, char letter = 'a')
    {
        var record = new byte[5 + content + 1 + 16];
        TlsRecordLayout.WriteHeader(23, record.Length - 5, record);
        for (int i = 0; i < content; i++)
        {
            record[5 + i] = (byte)(letter + (i * 7 % 23));
        }

        record[5 + content] = 23;
        "<filler of tags>"u8.CopyTo(record.AsSpan(5 + content + 1));
        return record;
    }

    /// <summary>A record of the same length as it leaves: everything behind the header is noise.</summary>
    public static byte[] Sealed(int content, ulong seed = 1)
    {
        byte[] record = Plain(content);
        new SeededRandom(seed).Fill(record.AsSpan(5));
        return record;
    }

    public static byte[] Outgoing(uint sequence, byte[] payload) => Frame(Ours, Theirs, 1111, 2222, sequence, payload);

    public static byte[] Incoming(uint sequence, byte[] payload) => Frame(Theirs, Ours, 2222, 1111, sequence, payload);

    /// <summary>The receive rule of the incoming flow, its first byte at the bench's start.</summary>
    public static byte[] Rule() => SanitizerBench.BytesOf(new RxCreateRequest
    {
        IpVersion = 4,
        RemotePort = 2222,
        LocalPort = 1111,
        RemoteAddressFirst = BinaryPrimitives.ReverseEndianness(Theirs),
        LocalAddressFirst = BinaryPrimitives.ReverseEndianness(Ours),
        StartSequence = SanitizerBench.Start,
        Version = TlsVersion.Tls13,
    });

    private static byte[] Frame(uint source, uint destination, ushort sourcePort, ushort destinationPort, uint sequence, byte[] payload)
    {
        var frame = new byte[54 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), 0x0800);
        Span<byte> ip = frame.AsSpan(14);
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(40 + payload.Length));
        ip[8] = 64;
        ip[9] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], source);
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], destination);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Checksum(ip[..20], 0));
        Span<byte> tcp = ip[20..];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence);
        tcp[12] = 0x50;
        tcp[13] = 0x18;
        payload.CopyTo(tcp[20..]);
        uint pseudo = (source >> 16) + (source & 0xFFFF) + (destination >> 16) + (destination & 0xFFFF) + 6 + (uint)tcp.Length;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], Checksum(tcp, pseudo));
        return frame;
    }

    private static ushort Checksum(ReadOnlySpan<byte> bytes, uint sum)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += i % 2 == 0 ? (uint)bytes[i] << 8 : bytes[i];
        }

        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
