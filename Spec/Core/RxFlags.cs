namespace NicEmu.Spec.Core;

/// <summary>Bits of a receive completion. A "checked" bit without its "good" bit is a checksum error.</summary>
[Flags]
public enum RxFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The IPv4 header checksum was checked.</summary>
    Ipv4Checked = 0x0001,

    /// <summary>The IPv4 header checksum is right.</summary>
    Ipv4Good = 0x0002,

    /// <summary>The TCP or UDP checksum was checked.</summary>
    L4Checked = 0x0004,

    /// <summary>The TCP or UDP checksum is right.</summary>
    L4Good = 0x0008,

    /// <summary>An IEEE 802.1Q tag was removed; its control information is in the completion.</summary>
    VlanStripped = 0x0010,

    /// <summary>The destination is a multicast address.</summary>
    Multicast = 0x0020,

    /// <summary>The destination is the broadcast address.</summary>
    Broadcast = 0x0040,

    /// <summary>The hash is valid.</summary>
    HashValid = 0x0080,
}
