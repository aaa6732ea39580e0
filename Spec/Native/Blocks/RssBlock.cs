using NicEmu.Spec.Registers;

namespace NicEmu.Spec.Native.Blocks;

/// <summary>Receive-side scaling, BAR 0 + 0x0600.</summary>
public sealed class RssBlock : RegisterBlock
{
    /// <summary>Registers of the block, as in the manual.</summary>
    public readonly Register Control;

    /// <summary>Fields of the block, as in the manual.</summary>
    public readonly Field Enable, HashIpv4, HashTcpIpv4, HashIpv6, HashTcpIpv6;

    /// <summary>The hash key, ten words.</summary>
    public readonly Register[] Key = new Register[NativeDevice.RssKeyBytes / 4];

    /// <summary>The indirection table, four entries to a word.</summary>
    public readonly Register[] Table = new Register[NativeDevice.RssEntries / 4];

    /// <summary>Declares the block.</summary>
    public RssBlock()
        : base("RSS", NativeDevice.RegisterBar, 0x0600, 0x200, "Receive-side scaling: Toeplitz hash over addresses and ports, its low seven bits pick an entry of the table, the entry is the queue. A receive context's queue wins over it.")
    {
        Control = Reg("RSS_CTRL", 0x00, "Control.").Rw("TCP_IPV6", 4, 4, out HashTcpIpv6, "Hash addresses and ports of TCP over IPv6.").Rw("IPV6", 3, 3, out HashIpv6, "Hash addresses of IPv6.").Rw("TCP_IPV4", 2, 2, out HashTcpIpv4, "Hash addresses and ports of TCP over IPv4.")
            .Rw("IPV4", 1, 1, out HashIpv4, "Hash addresses of IPv4.").Rw("ENABLE", 0, 0, out Enable, "Spread by hash; otherwise every frame goes to queue 0.");
        for (int i = 0; i < Key.Length; i++)
        {
            Key[i] = Reg($"RSS_KEY{i}", (uint)(0x40 + (4 * i)), "Hash key.").Rw("BYTES", 31, 0, out _, $"Key bytes {4 * i} to {(4 * i) + 3}, first byte in bits 7..0.");
        }

        for (int i = 0; i < Table.Length; i++)
        {
            Table[i] = Reg($"RSS_TABLE{i}", (uint)(0x100 + (4 * i)), "Indirection table.").Rw("ENTRIES", 31, 0, out _, $"Entries {4 * i} to {(4 * i) + 3}, a byte each, first entry in bits 7..0; queue numbers of 16 and above mean queue 0.");
        }
    }
}
