using System.Buffers.Binary;
using NicEmu.Spec.Core;

namespace NicEmu.Driver.Ktls;

/// <summary>Changes in the headers of our own stack's TCP segments, where one segment becomes two.</summary>
internal static class TcpHeaderPatch
{
    private const ushort VlanType = 0x8100;
    private const ushort Ipv4Type = 0x0800;
    private const int Ipv6HeaderBytes = 40;
    private const byte FinAndPush = 0x09;

    /// <summary>TCP sequence number of a frame.</summary>
    public static uint Sequence(ReadOnlySpan<byte> headers)
    {
        Locate(headers, out _, out _, out int tcp);
        return BinaryPrimitives.ReadUInt32BigEndian(headers[(tcp + 4)..]);
    }

    /// <summary>The checksums that a frame's protocols have.</summary>
    public static TxOffloads Checksums(ReadOnlySpan<byte> headers)
    {
        Locate(headers, out _, out bool isIpv4, out _);
        return isIpv4 ? TxOffloads.Ipv4Checksum | TxOffloads.L4Checksum : TxOffloads.L4Checksum;
    }

    /// <summary>Makes headers fit a piece of their segment.</summary>
    /// <param name="headers">Headers of the whole segment.</param>
    /// <param name="offset">Payload bytes of the segment before the piece.</param>
    /// <param name="payloadLength">Payload bytes of the piece.</param>
    /// <param name="isLast">Whether the piece ends the segment; otherwise PSH and FIN are none of its flags.</param>
    public static void MakePiece(Span<byte> headers, int offset, int payloadLength, bool isLast)
    {
        Locate(headers, out _, out _, out int tcp);
        BinaryPrimitives.WriteUInt32BigEndian(headers[(tcp + 4)..], BinaryPrimitives.ReadUInt32BigEndian(headers[(tcp + 4)..]) + (uint)offset);
        if (!isLast) headers[tcp + 13] &= unchecked((byte)~FinAndPush);
        SetPayloadLength(headers, payloadLength);
    }

    private static void SetPayloadLength(Span<byte> headers, int payloadLength)
    {
        Locate(headers, out int ip, out bool isIpv4, out _);
        int total = headers.Length - ip + payloadLength;
        BinaryPrimitives.WriteUInt16BigEndian(headers[(ip + (isIpv4 ? 2 : 4))..], (ushort)(isIpv4 ? total : total - Ipv6HeaderBytes));
    }

    private static void Locate(ReadOnlySpan<byte> headers, out int ip, out bool isIpv4, out int tcp)
    {
        ip = BinaryPrimitives.ReadUInt16BigEndian(headers[12..]) == VlanType ? 18 : 14;
        isIpv4 = BinaryPrimitives.ReadUInt16BigEndian(headers[(ip - 2)..]) == Ipv4Type;
        tcp = ip + (isIpv4 ? (headers[ip] & 0x0F) * 4 : Ipv6HeaderBytes);
    }
}
