using System.Buffers.Binary;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;

namespace NicEmu.Driver.Nic;

/// <summary>Filters, MTU, VLAN, receive-side scaling and moderation.</summary>
internal static class PortSetup
{
    public const int AddressBytes = 6;

    /// <summary>The key that most drivers use, from the verification suite of the hash ("RSS hash key", Microsoft).</summary>
    private static readonly byte[] RssKey =
    [
        0x6D, 0x5A, 0x56, 0xDA, 0x25, 0x5B, 0x0E, 0xC2, 0x41, 0x67, 0x25, 0x3D, 0x43, 0xA3, 0x8F, 0xB0, 0xD0, 0xCA, 0x2B, 0xCB,
        0xAE, 0x7B, 0x30, 0xB4, 0x77, 0xCB, 0x2D, 0xA3, 0x80, 0x30, 0xF2, 0x0C, 0x6A, 0x42, 0xB7, 0x3B, 0xBE, 0xAC, 0x01, 0xFA,
    ];

    public static void Apply(NicRegisters registers, NicOptions options)
    {
        PortBlock port = NativeMap.Port;
        registers.Write(port, port.Mtu, (uint)options.Mtu);
        registers.Write(port, port.Control, port.Broadcast.Mask | (options.Promiscuous ? port.Promiscuous.Mask : 0) | (options.AllMulticast ? port.AllMulticast.Mask : 0));
        registers.Write(port, port.VlanControl, options.VlanStrip ? port.VlanStrip.Mask : 0);
        SpreadReceive(registers, options.QueuePairs);
        ModerationBlock moderation = NativeMap.Moderation;
        uint value = moderation.Frames.Insert(moderation.IntervalUs.Insert(0, (uint)options.ModerationUs), (uint)options.ModerationFrames);
        for (int vector = 1; vector <= 2 * options.QueuePairs; vector++) registers.Write(moderation, moderation.Moderation, value, vector);
    }

    public static byte[] ReadAddress(NicRegisters registers)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, registers.Read(NativeMap.Port, NativeMap.Port.MacLow));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), registers.Read(NativeMap.Port, NativeMap.Port.MacHigh));
        return bytes[..AddressBytes];
    }

    public static void WriteUnicastFilter(NicRegisters registers, int entry, ReadOnlySpan<byte> address)
    {
        PortBlock port = NativeMap.Port;
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        address.CopyTo(bytes);
        registers.Write(port, port.Unicast[2 * entry], BinaryPrimitives.ReadUInt32LittleEndian(bytes));
        registers.Write(port, port.Unicast[(2 * entry) + 1], BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) | (address.IsEmpty ? 0 : 0x8000_0000));
    }

    public static void WriteMulticastFilter(NicRegisters registers, ReadOnlySpan<byte> addresses)
    {
        PortBlock port = NativeMap.Port;
        Span<uint> bits = stackalloc uint[port.MulticastHash.Length];
        bits.Clear();
        for (; !addresses.IsEmpty; addresses = addresses[AddressBytes..])
        {
            uint bit = FrameCheckSequence(addresses[..AddressBytes]) >> 25;
            bits[(int)(bit / 32)] |= 1u << (int)(bit % 32);
        }

        for (int i = 0; i < bits.Length; i++) registers.Write(port, port.MulticastHash[i], bits[i]);
    }

    /// <summary>CRC-32 of IEEE 802.3 §3.2.9, by bits: an address has few.</summary>
    private static uint FrameCheckSequence(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        for (int i = 0; i < 8 * data.Length; i++)
        {
            uint feedback = (crc ^ ((uint)data[i / 8] >> (i % 8))) & 1;
            crc = (crc >> 1) ^ (feedback != 0 ? 0xEDB8_8320 : 0);
        }

        return ~crc;
    }

    private static void SpreadReceive(NicRegisters registers, int queues)
    {
        RssBlock rss = NativeMap.Rss;
        for (int i = 0; i < rss.Key.Length; i++) registers.Write(rss, rss.Key[i], BinaryPrimitives.ReadUInt32LittleEndian(RssKey.AsSpan(4 * i)));
        for (int i = 0; i < rss.Table.Length; i++)
        {
            uint entries = 0;
            for (int j = 0; j < 4; j++) entries |= (uint)(((4 * i) + j) % queues) << (8 * j);
            registers.Write(rss, rss.Table[i], entries);
        }

        registers.Write(rss, rss.Control, queues == 1 ? 0 : rss.Enable.Mask | rss.HashIpv4.Mask | rss.HashTcpIpv4.Mask | rss.HashIpv6.Mask | rss.HashTcpIpv6.Mask);
    }
}
