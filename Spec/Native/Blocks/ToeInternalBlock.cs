using NicEmu.Spec.Registers;

namespace NicEmu.Spec.Native.Blocks;

/// <summary>Registers of the TCP offload engine on the internal bus, offset 0x100, seen by the embedded core only; present where the card has the engine. Indices run freely over 32 bits; a write of a
/// producer index wakes the engine of the ring, which advances the other index and raises the ring's line.</summary>
public sealed class ToeInternalBlock : RegisterBlock
{
    /// <summary>Offset of the block on the internal bus.</summary>
    public const uint Offset = 0x100;

    /// <summary>Registers of the block, as in the manual.</summary>
    public readonly Register Status, Used, Opened, Refused, MacLow, MacHigh, Mtu, Ipv4, RuleControl, RuleResult, RulePorts, PacketInProducer, PacketInConsumer, PacketOutProducer, PacketOutConsumer,
        CryptoProducer, CryptoDone, HostProducer, HostDone, CommandProducer, CommandConsumer, CompletionProducer, CompletionDone;

    /// <summary>The words of the IPv6 address, and of the addresses of a rule; first byte of word 0 first.</summary>
    public readonly Register[] Ipv6 = new Register[4], RuleRemote = new Register[4], RuleLocal = new Register[4];

    /// <summary>Fields of the block, as in the manual.</summary>
    public readonly Field Enabled, Capacity, UsedCount, MtuBytes, RuleGo, RuleIpv6, RuleAdd, RuleOk, RemotePort, LocalPort;

    /// <summary>Declares the block.</summary>
    public ToeInternalBlock()
        : base("ITOE", -1, Offset, 0x100, "Registers of the TCP offload engine on the internal bus.")
    {
        Status = Reg("ITOE_STATUS", 0x00, "State.").Ro("CAPACITY", 31, 16, out Capacity, "Connections that card memory has room for.").Ro("ENABLED", 0, 0, out Enabled, "The host has the engine enabled.");
        Used = Reg("ITOE_USED", 0x04, "Shown in TOE_USED.").Rw("COUNT", 15, 0, out UsedCount, "Connections that take card memory.");
        Opened = Reg("ITOE_OPENED", 0x08, "Counts a connection.").Wo("ADD", 31, 0, out _, "Added to TOE_STAT_CONNECTIONS.");
        Refused = Reg("ITOE_REFUSED", 0x0C, "Counts a refusal.").Wo("ADD", 31, 0, out _, "Added to TOE_STAT_REFUSED.");
        MacLow = Reg("ITOE_MAC_LO", 0x10, "Station address.").Ro("VALUE", 31, 0, out _, "Bytes 0 to 3, first byte in bits 7..0.");
        MacHigh = Reg("ITOE_MAC_HI", 0x14, "Station address.").Ro("VALUE", 15, 0, out _, "Bytes 4 and 5.");
        Mtu = Reg("ITOE_MTU", 0x18, "Frames.").Ro("BYTES", 15, 0, out MtuBytes, "Largest IP packet to send.");
        Ipv4 = Reg("ITOE_IPV4", 0x1C, "Local IPv4 address.").Ro("VALUE", 31, 0, out _, "As in TOE_IPV4.");
        RuleControl = Reg("ITOE_RULE_CTRL", 0x30, "Steering; done when the write returns.").Rw1S("GO", 31, 31, out RuleGo, "Runs the command; clears itself.").Rw("IPV6", 8, 8, out RuleIpv6, "The addresses are of IPv6.")
            .Rw("ADD", 0, 0, out RuleAdd, "1 adds the rule, 0 removes it.");
        RuleResult = Reg("ITOE_RULE_RESULT", 0x34, "Outcome.").Ro("OK", 0, 0, out RuleOk, "The rule was added or removed; 0: no room, or unknown.");
        RulePorts = Reg("ITOE_RULE_PORTS", 0x38, "Ports of the rule.").Rw("REMOTE", 31, 16, out RemotePort, "Remote port; 0 with a remote address of zeros: any peer.").Rw("LOCAL", 15, 0, out LocalPort, "Local port.");
        for (int i = 0; i < 4; i++)
        {
            string bytes = $"bytes {4 * i} to {(4 * i) + 3}";
            Ipv6[i] = Reg($"ITOE_IPV6_{i}", (uint)(0x20 + (4 * i)), $"Local IPv6 address, {bytes}.").Ro("VALUE", 31, 0, out _, "As in TOE_IPV6.");
            RuleRemote[i] = Reg($"ITOE_RULE_REMOTE_{i}", (uint)(0x40 + (4 * i)), $"Remote address of the rule, {bytes}.").Rw("VALUE", 31, 0, out _, "First byte in bits 7..0.");
            RuleLocal[i] = Reg($"ITOE_RULE_LOCAL_{i}", (uint)(0x50 + (4 * i)), $"Local address of the rule, {bytes}.").Rw("VALUE", 31, 0, out _, "First byte in bits 7..0.");
        }

        PacketInProducer = Reg("ITOE_PKT_IN_PRODUCER", 0x60, "Frames taken in.").Ro("INDEX", 31, 0, out _, "Index after the last one.");
        PacketInConsumer = Reg("ITOE_PKT_IN_CONSUMER", 0x64, "Frames read.").Rw("INDEX", 31, 0, out _, "Index of the next frame that the program will read.");
        PacketOutProducer = Reg("ITOE_PKT_OUT_PRODUCER", 0x68, "Frames to send.").Rw("INDEX", 31, 0, out _, "Index after the last one.");
        PacketOutConsumer = Reg("ITOE_PKT_OUT_CONSUMER", 0x6C, "Frames handed to the port.").Ro("INDEX", 31, 0, out _, "Index of the next one.");
        CryptoProducer = Reg("ITOE_CRYPTO_PRODUCER", 0x70, "Entries of the CRYPTO ring.").Rw("INDEX", 31, 0, out _, "Index after the last one.");
        CryptoDone = Reg("ITOE_CRYPTO_DONE", 0x74, "Entries done.").Ro("INDEX", 31, 0, out _, "Index of the next one.");
        HostProducer = Reg("ITOE_HOST_PRODUCER", 0x78, "Entries of the HOST ring.").Rw("INDEX", 31, 0, out _, "Index after the last one.");
        HostDone = Reg("ITOE_HOST_DONE", 0x7C, "Entries done.").Ro("INDEX", 31, 0, out _, "Index of the next one.");
        CommandProducer = Reg("ITOE_CMD_PRODUCER", 0x80, "Commands of the host.").Ro("INDEX", 31, 0, out _, "Index after the last one.");
        CommandConsumer = Reg("ITOE_CMD_CONSUMER", 0x84, "Commands read.").Rw("INDEX", 31, 0, out _, "Index of the next command that the program will read.");
        CompletionProducer = Reg("ITOE_CPL_PRODUCER", 0x88, "Completions for the host.").Rw("INDEX", 31, 0, out _, "Index after the last one.");
        CompletionDone = Reg("ITOE_CPL_DONE", 0x8C, "Completions posted.").Ro("INDEX", 31, 0, out _, "Index of the next one.");
    }
}
