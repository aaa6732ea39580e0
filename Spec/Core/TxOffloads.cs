namespace NicEmu.Spec.Core;

/// <summary>Fourth byte of the first DATA descriptor of a chain.</summary>
[Flags]
public enum TxOffloads : byte
{
    /// <summary>None: the bytes go out as they are.</summary>
    None = 0,

    /// <summary>Compute the IPv4 header checksum; the field's content is ignored.</summary>
    Ipv4Checksum = 0x01,

    /// <summary>Compute the TCP or UDP checksum, pseudo header included; the field's content is ignored.</summary>
    L4Checksum = 0x02,

    /// <summary>Cut a TCP segment into segments of at most MSS payload bytes; implies both checksums.</summary>
    Segmentation = 0x04,

    /// <summary>Insert an IEEE 802.1Q tag with the descriptor's tag control information.</summary>
    VlanInsert = 0x08,

    /// <summary>Encrypt the TCP payload under the context named by the handle; implies both checksums.</summary>
    Tls = 0x10,
}
