using NicEmu.Spec.Core;

namespace NicEmu.DeviceModel.Port;

/// <summary>Checks the checksums of a received frame.</summary>
internal static class ChecksumVerdict
{
    private const RxFlags Checked = RxFlags.Ipv4Checked | RxFlags.L4Checked;

    /// <summary>The checksum bits of a receive completion for a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="layout">What the parser found in it.</param>
    public static RxFlags Of(ReadOnlySpan<byte> frame, in FrameLayout layout)
    {
        RxFlags flags = RxFlags.None;
        if (layout.Verdict != FrameVerdict.Ok)
        {
            return flags;
        }

        ReadOnlySpan<byte> ipHeader = frame[layout.L3Offset..];
        if (layout.IpVersion == 4)
        {
            flags |= RxFlags.Ipv4Checked;
            if (ChecksumEngine.IsValid(ChecksumEngine.Add(0, frame[layout.L3Offset..layout.L4Offset])))
            {
                flags |= RxFlags.Ipv4Good;
            }
        }

        // RFC 768: an all-zero checksum means that the sender made none; RFC 8200 §8.1 forbids that over IPv6.
        bool none = layout.L4Protocol == FrameLayout.Udp && layout.IpVersion == 4 && frame[layout.L4Offset + 6] == 0 && frame[layout.L4Offset + 7] == 0;
        if (layout.L4Protocol == 0 || none)
        {
            return flags;
        }

        ReadOnlySpan<byte> segment = frame[layout.L4Offset..layout.PacketEnd];
        uint sum = ChecksumEngine.PseudoHeader(ipHeader, layout.IpVersion, layout.L4Protocol, segment.Length);
        bool zeroUdp = layout.L4Protocol == FrameLayout.Udp && segment[6] == 0 && segment[7] == 0;
        bool good = !zeroUdp && ChecksumEngine.IsValid(ChecksumEngine.Add(sum, segment));
        return flags | RxFlags.L4Checked | (good ? RxFlags.L4Good : RxFlags.None);
    }

    /// <summary>Whether a checksum was checked and is wrong.</summary>
    /// <param name="flags">What <see cref="Of"/> returned.</param>
    public static bool IsBad(RxFlags flags)
    {
        RxFlags good = (RxFlags)((ushort)(flags & (RxFlags.Ipv4Good | RxFlags.L4Good)) >> 1);
        return (flags & Checked) != good;
    }
}
