using NicEmu.Spec.Registers;

namespace NicEmu.Spec.Native.Blocks;

/// <summary>MAC port: address, filters, MTU, VLAN, BAR 0 + 0x0400.</summary>
public sealed class PortBlock : RegisterBlock
{
    /// <summary>Registers of the block, as in the manual.</summary>
    public readonly Register Control, Mtu, MacLow, MacHigh, Link, VlanControl;

    /// <summary>Fields of the block, as in the manual.</summary>
    public readonly Field Promiscuous, AllMulticast, Broadcast, MtuValue, MacLowValue, MacHighValue, LinkState, LinkSpeed, VlanStrip;

    /// <summary>The unicast filters: even entries hold address bytes 0 to 3, odd ones bytes 4 and 5 and the valid bit.</summary>
    public readonly Register[] Unicast = new Register[2 * NativeDevice.UnicastFilters];

    /// <summary>The 128-bit multicast hash filter.</summary>
    public readonly Register[] MulticastHash = new Register[4];

    /// <summary>Declares the block.</summary>
    public PortBlock()
        : base("PORT", NativeDevice.RegisterBar, 0x0400, 0x100, "MAC port: own address, receive filters, MTU, VLAN and link state.")
    {
        Control = Reg("PORT_CTRL", 0x00, "Receive filter control.").Rw("PROMISC", 2, 2, out Promiscuous, "Take every frame.").Rw("ALLMULTI", 1, 1, out AllMulticast, "Take every multicast frame.").Rw("BROADCAST", 0, 0, out Broadcast, "Take broadcast frames.", 1);
        Mtu = Reg("PORT_MTU", 0x04, "MTU.").Rw("MTU", 15, 0, out MtuValue, "Payload bytes of the longest frame taken or sent, 68 to 9000, a VLAN tag apart; other values are refused and leave the old one.", 1500);
        MacLow = Reg("PORT_MAC_LO", 0x08, "Own address.").Rw("ADDR", 31, 0, out MacLowValue, "Bytes 0 to 3, first byte in bits 7..0; set at power-on.");
        MacHigh = Reg("PORT_MAC_HI", 0x0C, "Own address.").Rw("ADDR", 15, 0, out MacHighValue, "Bytes 4 and 5, byte 4 in bits 7..0.");
        Link = Reg("PORT_LINK", 0x10, "Link state.").Ro("MBPS", 31, 8, out LinkSpeed, "Rate in megabits per second; 0 while down.").Ro("UP", 0, 0, out LinkState, "The link is up.");
        VlanControl = Reg("PORT_VLAN", 0x14, "VLAN.").Rw("STRIP", 0, 0, out VlanStrip, "Remove the IEEE 802.1Q tag of received frames and report it in the completion.");
        for (int i = 0; i < MulticastHash.Length; i++)
        {
            MulticastHash[i] = Reg($"PORT_MC_HASH{i}", (uint)(0x20 + (4 * i)), "Multicast hash filter: bit n takes addresses whose Ethernet CRC-32 has the upper seven bits n.").Rw("BITS", 31, 0, out _, $"Bits {32 * i} to {(32 * i) + 31}.");
        }

        for (int i = 0; i < NativeDevice.UnicastFilters; i++)
        {
            Unicast[2 * i] = Reg($"PORT_UC{i}_LO", (uint)(0x40 + (8 * i)), "Further unicast address.").Rw("ADDR", 31, 0, out _, "Bytes 0 to 3, first byte in bits 7..0.");
            Unicast[(2 * i) + 1] = Reg($"PORT_UC{i}_HI", (uint)(0x44 + (8 * i)), "Further unicast address.").Rw("VALID", 31, 31, out _, "The entry is in use.").Rw("ADDR", 15, 0, out _, "Bytes 4 and 5, byte 4 in bits 7..0.");
        }
    }
}
