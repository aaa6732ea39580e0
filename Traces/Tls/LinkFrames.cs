using System.Buffers.Binary;

namespace NicEmu.Traces.Tls;

/// <summary>Gives packets of other link types, as `tcpdump -i any` and `-i tun0` write them, an Ethernet header, so that one parser reads them all.</summary>
internal static class LinkFrames
{
    private const int EthernetHeader = 14;

    /// <summary>The packet as an Ethernet frame.</summary>
    /// <param name="linkType">Link type, as the tcpdump group numbers them.</param>
    /// <param name="packet">The packet; any bytes.</param>
    /// <param name="frame">The frame.</param>
    /// <returns>False when the link type is not known or the packet too short for it.</returns>
    public static bool TryToEthernet(int linkType, ReadOnlyMemory<byte> packet, out ReadOnlyMemory<byte> frame)
    {
        frame = packet;
        ReadOnlySpan<byte> bytes = packet.Span;
        switch (linkType)
        {
            case LinkTypes.Ethernet:
                return true;
            case 0 or 108 when bytes.Length >= 4: // NULL and LOOP: address family, then IP
                return Raw(packet[4..], out frame);
            case 12 or 101 or 228 or 229: // RAW, IPV4, IPV6
                return Raw(packet, out frame);
            case 113 when bytes.Length >= 16: // LINUX_SLL: protocol at 14
                return Wrap(BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]), packet[16..], out frame);
            case 276 when bytes.Length >= 20: // LINUX_SLL2: protocol at 0
                return Wrap(BinaryPrimitives.ReadUInt16BigEndian(bytes), packet[20..], out frame);
            default:
                return false;
        }
    }

    private static bool Raw(ReadOnlyMemory<byte> ip, out ReadOnlyMemory<byte> frame) =>
        Wrap((ushort)(!ip.IsEmpty && ip.Span[0] >> 4 == 6 ? 0x86DD : 0x0800), ip, out frame);

    private static bool Wrap(ushort protocol, ReadOnlyMemory<byte> ip, out ReadOnlyMemory<byte> frame)
    {
        var bytes = new byte[EthernetHeader + ip.Length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(12), protocol);
        ip.CopyTo(bytes.AsMemory(EthernetHeader));
        frame = bytes;
        return true;
    }
}
