using System.Buffers.Binary;
using NicEmu.Spec.Core;

namespace NicEmu.DeviceModel.Port;

/// <summary>
/// Cuts a chain into the frames that go on the wire, one at a time: builds the headers of frame number n and tells which payload follows them.
/// Nothing but the chain and n goes in, so a half-sent chain can be saved and taken up again.
/// </summary>
internal static class SegmentationEngine
{
    /// <summary>Longest headers that the engine rewrites, without an inserted VLAN tag.</summary>
    public const int MaxHeaderLength = 256;

    /// <summary>Room that <see cref="BuildHeaders"/> may need.</summary>
    public const int HeaderRoom = MaxHeaderLength + FrameParser.VlanTagLength;

    private const int AddressesLength = 12;
    private const byte TcpFin = 0x01;
    private const byte TcpPush = 0x08;
    private const byte TcpCwr = 0x80;

    /// <summary>Offloads for which headers are rewritten.</summary>
    public const TxOffloads Rewriting = TxOffloads.Ipv4Checksum | TxOffloads.L4Checksum | TxOffloads.Segmentation | TxOffloads.Tls;

    /// <summary>Frames that a chain makes.</summary>
    /// <param name="payloadLength">TCP payload of the chain in bytes.</param>
    /// <param name="mss">Greatest payload of one segment, at least 1; 0 without segmentation.</param>
    public static int FrameCount(int payloadLength, int mss) => mss == 0 || payloadLength <= mss ? 1 : ((payloadLength - 1) / mss) + 1;

    /// <summary>Payload range of one frame.</summary>
    /// <param name="payloadLength">TCP payload of the chain in bytes.</param>
    /// <param name="mss">Greatest payload of one segment; 0 without segmentation.</param>
    /// <param name="index">Number of the frame, from 0.</param>
    public static (int Offset, int Length) PayloadOf(int payloadLength, int mss, int index)
    {
        int offset = index * mss;
        return (offset, mss == 0 ? payloadLength : Math.Min(mss, payloadLength - offset));
    }

    /// <summary>Writes the headers of one frame.</summary>
    /// <param name="chain">Headers and payload, as encrypted.</param>
    /// <param name="layout">Where its headers lie.</param>
    /// <param name="offloads">What is asked for; with any of <see cref="Rewriting"/> the headers are at most <see cref="MaxHeaderLength"/> bytes.</param>
    /// <param name="mss">Greatest payload of one segment; 0 without segmentation.</param>
    /// <param name="vlanTci">Tag to insert, if asked for.</param>
    /// <param name="index">Number of the frame, from 0.</param>
    /// <param name="headers">Receives the headers, <see cref="HeaderRoom"/> bytes of room.</param>
    /// <param name="payload">The bytes of the chain that follow them on the wire.</param>
    /// <returns>Bytes written.</returns>
    public static int BuildHeaders(
        ReadOnlySpan<byte> chain, in FrameLayout layout, TxOffloads offloads, int mss, ushort vlanTci, int index, Span<byte> headers, out ReadOnlySpan<byte> payload)
    {
        int inserted = 0;
        if ((offloads & TxOffloads.VlanInsert) != 0)
        {
            inserted = FrameParser.VlanTagLength;
            chain[..AddressesLength].CopyTo(headers);
            BinaryPrimitives.WriteUInt16BigEndian(headers[AddressesLength..], FrameParser.VlanTpid);
            BinaryPrimitives.WriteUInt16BigEndian(headers[(AddressesLength + 2)..], vlanTci);
        }

        if ((offloads & Rewriting) == 0)
        {
            int own = inserted > 0 ? AddressesLength : 0;
            payload = chain[own..];
            return own + inserted;
        }

        int headerLength = layout.L4Protocol == 0 ? layout.L4Offset : layout.PayloadOffset;
        int copiedFrom = inserted > 0 ? AddressesLength : 0;
        chain[copiedFrom..headerLength].CopyTo(headers[(copiedFrom + inserted)..]);
        Span<byte> packet = headers[(layout.L3Offset + inserted)..(headerLength + inserted)];
        if ((offloads & TxOffloads.Segmentation) != 0)
        {
            (int offset, int length) = PayloadOf(chain.Length - headerLength, mss, index);
            bool isLast = headerLength + offset + length == chain.Length;
            CutIp(packet, layout, index, length);
            CutTcp(packet[(layout.L4Offset - layout.L3Offset)..], (uint)offset, index == 0, isLast);
            payload = chain.Slice(headerLength + offset, length);
        }
        else
        {
            payload = chain[headerLength..];
        }

        // Ethernet padding goes out but is not summed; the engine cuts it off where it cuts at all.
        WriteChecksums(packet, layout, offloads, payload[..Math.Min(payload.Length, layout.PacketEnd - headerLength)]);
        return headerLength + inserted;
    }

    private static void CutIp(Span<byte> packet, in FrameLayout layout, int index, int payloadLength)
    {
        int length = packet.Length + payloadLength;
        if (layout.IpVersion == 4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)length);
            ushort identification = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
            BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(identification + index));
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(length - 40));
        }
    }

    private static void CutTcp(Span<byte> tcp, uint offset, bool isFirst, bool isLast)
    {
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], unchecked(sequence + offset));
        if (!isLast)
        {
            tcp[13] &= unchecked((byte)~(TcpFin | TcpPush));
        }

        // RFC 3168 §6.1.2: CWR tells once that the window was reduced.
        if (!isFirst)
        {
            tcp[13] &= unchecked((byte)~TcpCwr);
        }
    }

    private static void WriteChecksums(Span<byte> packet, in FrameLayout layout, TxOffloads offloads, ReadOnlySpan<byte> payload)
    {
        const TxOffloads both = TxOffloads.Segmentation | TxOffloads.Tls;
        int ipLength = layout.L4Offset - layout.L3Offset;
        if (layout.IpVersion == 4 && (offloads & (TxOffloads.Ipv4Checksum | both)) != 0)
        {
            Span<byte> ip = packet[..ipLength];
            BinaryPrimitives.WriteUInt16BigEndian(ip[10..], 0);
            BinaryPrimitives.WriteUInt16BigEndian(ip[10..], ChecksumEngine.Finish(ChecksumEngine.Add(0, ip)));
        }

        if (layout.L4Protocol == 0 || (offloads & (TxOffloads.L4Checksum | both)) == 0)
        {
            return;
        }

        Span<byte> l4 = packet[ipLength..];
        int field = layout.L4Protocol == FrameLayout.Udp ? 6 : 16;
        BinaryPrimitives.WriteUInt16BigEndian(l4[field..], 0);
        uint sum = ChecksumEngine.PseudoHeader(packet, layout.IpVersion, layout.L4Protocol, l4.Length + payload.Length);
        ushort checksum = ChecksumEngine.Finish(ChecksumEngine.Add(ChecksumEngine.Add(sum, l4), payload));

        // RFC 768: zero means that no checksum was made.
        BinaryPrimitives.WriteUInt16BigEndian(l4[field..], checksum == 0 && layout.L4Protocol == FrameLayout.Udp ? (ushort)0xFFFF : checksum);
    }
}
