using System.Buffers.Binary;
using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Port;
using NicEmu.DeviceModel.Registers;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Registers;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>The port and RSS registers as the configuration that the engine room takes, and its counters as the statistics block.</summary>
internal sealed class PortRegisters
{
    private readonly NativeRegisters _registers;
    private readonly NicCore _core;
    private readonly TraceSource _trace;
    private readonly ulong _permanentAddress;

    /// <summary>Connects the registers.</summary>
    /// <param name="registers">The registers.</param>
    /// <param name="core">The engine room.</param>
    /// <param name="trace">Where mistakes of the guest are reported.</param>
    /// <param name="permanentAddress">MAC address at power-on, first byte in bits 47..40.</param>
    /// <param name="changed">Runs after a register changed that belongs to the configuration.</param>
    public PortRegisters(NativeRegisters registers, NicCore core, TraceSource trace, ulong permanentAddress, Action changed)
    {
        _registers = registers;
        _core = core;
        _trace = trace;
        _permanentAddress = permanentAddress;
        foreach (Register register in NativeMap.Port.Registers)
        {
            registers.Port.OnWrite(register, (_, _, _) => changed());
        }

        foreach (Register register in NativeMap.Rss.Registers)
        {
            registers.Rss.OnWrite(register, (_, _, _) => changed());
        }

        registers.Port.OnWrite(NativeMap.Port.Mtu, (_, before, after) => OnMtu(before, after, changed));
        registers.Port.BeforeRead = ShowLink;
        registers.Statistics.BeforeRead = ShowStatistics;
    }

    /// <summary>Puts the permanent address back after a reset.</summary>
    public void LoadAddress()
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _permanentAddress << 16);
        _registers.Port[NativeMap.Port.MacLow] = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        _registers.Port[NativeMap.Port.MacHigh] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
    }

    /// <summary>Hands the configuration to the engine room.</summary>
    public void Apply()
    {
        PortBlock port = NativeMap.Port;
        RegisterFile values = _registers.Port;
        _core.ConfigurePort(new PortConfiguration
        {
            MacAddress = AddressOf(values[port.MacLow], values[port.MacHigh]),
            UnicastFilters = UnicastFilters(),
            MulticastHashLow = values[port.MulticastHash[0]] | ((ulong)values[port.MulticastHash[1]] << 32),
            MulticastHashHigh = values[port.MulticastHash[2]] | ((ulong)values[port.MulticastHash[3]] << 32),
            Promiscuous = values[port.Promiscuous] != 0,
            AllMulticast = values[port.AllMulticast] != 0,
            Broadcast = values[port.Broadcast] != 0,
            Mtu = (int)values[port.MtuValue],
            VlanStrip = values[port.VlanStrip] != 0,
            Rss = Scaling(),
            RxEnable = _registers.Device[NativeMap.Device.RxEnable] != 0,
            TxEnable = _registers.Device[NativeMap.Device.TxEnable] != 0,
        });
    }

    private static ulong AddressOf(uint low, uint high)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, low);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], (ushort)high);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16;
    }

    private ulong[] UnicastFilters()
    {
        const uint Valid = 0x8000_0000;
        Register[] entries = NativeMap.Port.Unicast;
        var addresses = new ulong[NativeDevice.UnicastFilters];
        int count = 0;
        for (int i = 0; i < NativeDevice.UnicastFilters; i++)
        {
            uint high = _registers.Port[entries[(2 * i) + 1]];
            if ((high & Valid) != 0)
            {
                addresses[count++] = AddressOf(_registers.Port[entries[2 * i]], high);
            }
        }

        return addresses[..count];
    }

    private RssConfiguration Scaling()
    {
        RssBlock rss = NativeMap.Rss;
        RegisterFile values = _registers.Rss;
        if (values[rss.Enable] == 0)
        {
            return RssConfiguration.Off;
        }

        var key = new byte[NativeDevice.RssKeyBytes];
        for (int i = 0; i < rss.Key.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(key.AsSpan(4 * i), values[rss.Key[i]]);
        }

        var table = new byte[NativeDevice.RssEntries];
        for (int i = 0; i < rss.Table.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(4 * i), values[rss.Table[i]]);
        }

        RssHashType types = (values[rss.HashIpv4] != 0 ? RssHashType.Ipv4 : 0)
            | (values[rss.HashTcpIpv4] != 0 ? RssHashType.TcpIpv4 : 0)
            | (values[rss.HashIpv6] != 0 ? RssHashType.Ipv6 : 0)
            | (values[rss.HashTcpIpv6] != 0 ? RssHashType.TcpIpv6 : 0);
        return new RssConfiguration { Types = types, Key = key, Table = table };
    }

    private void OnMtu(uint before, uint after, Action changed)
    {
        uint mtu = NativeMap.Port.MtuValue.Extract(after);
        if (mtu is < PortConfiguration.MinMtu or > NativeDevice.MaxMtu)
        {
            _registers.Port[NativeMap.Port.Mtu] = before;
            _trace.GuestError(GuestErrorCode.IllegalWrite, "MTU out of range", NativeMap.Port.OffsetOf(NativeMap.Port.Mtu), mtu);
            return;
        }

        changed();
    }

    private void ShowLink()
    {
        bool up = _core.LinkUp;
        _registers.Port[NativeMap.Port.LinkState] = up ? 1u : 0u;
        _registers.Port[NativeMap.Port.LinkSpeed] = up ? (uint)NativeDevice.LinkMegabits : 0;
    }

    private void ShowStatistics()
    {
        StatisticsBlock block = NativeMap.Statistics;
        RegisterFile file = _registers.Statistics;
        ref CoreStatistics counts = ref _core.Statistics;
        file.SetPair(block.TxFrames, counts.TxFrames);
        file.SetPair(block.TxBytes, counts.TxBytes);
        file.SetPair(block.TxErrors, counts.TxErrors);
        file.SetPair(block.RxFrames, counts.RxFrames);
        file.SetPair(block.RxBytes, counts.RxBytes);
        file.SetPair(block.RxFiltered, counts.RxFiltered);
        file.SetPair(block.RxNoBuffer, counts.RxNoBuffer);
        file.SetPair(block.RxTooLong, counts.RxTooLong);
        file.SetPair(block.RxChecksumErrors, counts.RxChecksumErrors);
        file.SetPair(block.RxMulticast, counts.RxMulticast);
        file.SetPair(block.TxTlsPackets, counts.TxTlsPackets);
        file.SetPair(block.TxTlsBytes, counts.TxTlsBytes);
        file.SetPair(block.TxTlsContexts, counts.TxTlsContexts);
        file.SetPair(block.TxTlsDeleted, counts.TxTlsDeleted);
        file.SetPair(block.TxTlsOutOfSequence, counts.TxTlsOutOfSequence);
        file.SetPair(block.TxTlsReplayBytes, counts.TxTlsReplayBytes);
        file.SetPair(block.TxTlsWasteBytes, counts.TxTlsWasteBytes);
        file.SetPair(block.TxTlsErrors, counts.TxTlsErrors);
        file.SetPair(block.RxTlsPackets, counts.RxTlsPackets);
        file.SetPair(block.RxTlsBytes, counts.RxTlsBytes);
        file.SetPair(block.RxTlsContexts, counts.RxTlsContexts);
        file.SetPair(block.RxTlsDeleted, counts.RxTlsDeleted);
        file.SetPair(block.RxTlsResyncRequests, counts.RxTlsResyncRequests);
        file.SetPair(block.RxTlsResyncOk, counts.RxTlsResyncOk);
        file.SetPair(block.RxTlsResyncSkipped, counts.RxTlsResyncSkipped);
        file.SetPair(block.RxTlsErrors, counts.RxTlsErrors);
        file.SetPair(block.RxTlsPassed, counts.RxTlsPassed);
    }
}
