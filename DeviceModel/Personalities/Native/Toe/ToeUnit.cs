using System.Runtime.InteropServices;
using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Registers;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Registers;
using NicEmu.Spec.Seams;

namespace NicEmu.DeviceModel.Personalities.Native.Toe;

/// <summary>The TCP offload engine's hardware: command ring, packet, CRYPTO and HOST ring, steering rules, counters. TCP itself is firmware's.</summary>
internal sealed class ToeUnit
{
    private const uint MinMtu = 576;
    private const uint DefaultMtu = 1500;

    private readonly int _connections;
    private readonly NativeRegisters _registers;
    private readonly NicCore _core;
    private readonly Action<InternalLine> _notify;
    private readonly ToePackets _packets;
    private readonly ToeCrypto _crypto;
    private readonly ToeHostDma _host;
    private ToeState? _state;

    public ToeUnit(QueuePort port, int connections, Action<InternalLine> notify)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(connections);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(connections, ToeDevice.MaxConnections);
        (_connections, _registers, _core, _notify) = (connections, port.Registers, port.Core, notify);
        string name = $"nic{port.Trace.Device}.toe";
        RegisterFile file = File;
        _packets = new ToePackets(file, port.Core, Counters, () => _state, () => notify(InternalLine.PacketRing), port.Scheduler, name);
        _crypto = new ToeCrypto(file, port.Core, Counters, () => _state, () => notify(InternalLine.CryptoRing), port.Scheduler, name);
        _host = new ToeHostDma(file, port.Dma, Counters, () => _state, () => notify(InternalLine.HostRing), port.Scheduler, name);
        Queue = new ToeQueue(port, this);
        file.OnWrite(Block.Opened, (_, _, after) => Counters.Connections += after);
        file.OnWrite(Block.Refused, (_, _, after) => Counters.RefusedConnections += after);
        file.OnWrite(Block.CommandConsumer, (_, _, _) => Queue.Wake());
        file.OnWrite(Block.CompletionProducer, (_, _, _) => Queue.Wake());
        file.OnWrite(Block.RuleControl, (_, _, after) => OnRule(after));
        _registers.Toe.BeforeRead = Publish;
        _core.Steering = _packets;
        LoadCapabilities();
    }

    /// <summary>The command ring of the host.</summary>
    public ToeQueue Queue { get; }

    /// <summary>What was counted.</summary>
    public ToeCounters Counters { get; } = new();

    /// <summary>Whether firmware has room for another command.</summary>
    public bool HasCommandRoom => File[Block.CommandProducer] - File[Block.CommandConsumer] < ToeDevice.CommandEntries;

    private static ToeInternalBlock Block => NativeMap.ToeInternal;

    private RegisterFile File => _registers.ToeInternal;

    /// <summary>All registers are at their reset values: shows what the engine has room for.</summary>
    /// <param name="kind">Power-on clears the counters, too.</param>
    public void RegistersReset(ResetKind kind)
    {
        if (kind == ResetKind.PowerOn)
        {
            Counters.Clear();
        }

        LoadCapabilities();
    }

    /// <summary>The program that ran the connections is gone, and they with it.</summary>
    public void ProgramLost()
    {
        Queue.Drop();
        _registers.Toe[NativeMap.Toe.Enable] = 0;
    }

    private void LoadCapabilities()
    {
        _registers.Device[NativeMap.Device.TcpOffloadEngine] = 1;
        RegisterFile file = _registers.Toe;
        file[NativeMap.Toe.MaxConnections] = (uint)_connections;
        file[NativeMap.Toe.MaxListeners] = ToeDevice.Listeners;
        file[NativeMap.Toe.BytesOfConnection] = ToeDevice.ConnectionBytes;
        file[NativeMap.Toe.MaxPieces] = ToeDevice.MaxPieces;
        file[NativeMap.Toe.MaxPending] = ToeDevice.MaxPending;
        File[Block.Capacity] = (uint)_connections;
    }

    /// <summary>A window of card memory.</summary>
    /// <param name="window">Which one.</param>
    public Span<byte> Window(InternalWindow window) => window switch
    {
        InternalWindow.PacketRing => _state?.Packets,
        InternalWindow.CryptoRing => _state?.Crypto,
        InternalWindow.HostRing => _state?.Host,
        InternalWindow.CardMemory => _state?.Memory,
        InternalWindow.ToeCommands => _state?.Commands,
        _ => null,
    };

    /// <summary>The host enabled the engine.</summary>
    public void Started()
    {
        _state = new ToeState(_connections);
        RegisterFile port = _registers.Port;
        RegisterFile toe = _registers.Toe;
        File[Block.MacLow] = port[NativeMap.Port.MacLow];
        File[Block.MacHigh] = port[NativeMap.Port.MacHigh];
        uint mtu = toe[NativeMap.Toe.MtuBytes];
        File[Block.MtuBytes] = mtu is < MinMtu or > NativeDevice.MaxMtu ? DefaultMtu : mtu;
        File[Block.Ipv4] = toe[NativeMap.Toe.Ipv4];
        for (int i = 0; i < Block.Ipv6.Length; i++)
        {
            File[Block.Ipv6[i]] = toe[NativeMap.Toe.Ipv6[i]];
        }

        File[Block.Enabled] = 1;
        _notify(InternalLine.ToeChanged);
    }

    /// <summary>The engine was disabled or reset: its memory is gone.</summary>
    public void Stopped()
    {
        _state?.Epoch.End();
        _state = null;
        _packets.Stop();
        _crypto.Stop();
        _host.Stop();
        File.Reset(ResetKind.FunctionLevel);
        File[Block.Capacity] = (uint)_connections;
        _notify(InternalLine.ToeChanged);
    }

    /// <summary>The port has room again.</summary>
    public void PortReady() => _packets.Wake();

    /// <summary>Hands a command to firmware; there is room.</summary>
    /// <param name="command">64 bytes.</param>
    public void PutCommand(ReadOnlySpan<byte> command)
    {
        uint producer = File[Block.CommandProducer];
        command.CopyTo(_state!.CommandSlot(false, producer));
        File[Block.CommandProducer] = producer + 1;
        _notify(InternalLine.ToeCommands);
    }

    /// <summary>Takes the oldest completion of firmware.</summary>
    /// <param name="completion">The completion.</param>
    public bool TryTakeCompletion(out ToeCompletion completion)
    {
        completion = default;
        uint done = File[Block.CompletionDone];
        if (_state is null || File[Block.CompletionProducer] - done is 0 or > ToeDevice.CommandEntries)
        {
            return false;
        }

        completion = MemoryMarshal.Read<ToeCompletion>(_state.CommandSlot(true, done)) with { Phase = 0 };
        File[Block.CompletionDone] = done + 1;
        _notify(InternalLine.ToeCommands);
        return true;
    }

    /// <summary>Adds the engine to an inspection tree.</summary>
    /// <param name="parent">Receives one node.</param>
    public void Inspect(InspectNode parent)
    {
        InspectNode node = parent.Add("TOE");
        Queue.Inspect(node);
        node.Add("RULES", _state?.RuleCount ?? 0);
        node.Add("CONNECTIONS_USED", File[Block.UsedCount]);
        if (_state is not null)
        {
            node.AddSecret("CARD_MEMORY", _state.Memory);
        }

        Counters.Inspect(node.Add("COUNTERS"));
    }

    private void OnRule(uint after)
    {
        if (Block.RuleGo.Extract(after) == 0)
        {
            return;
        }

        File[Block.RuleGo] = 0;
        int length = Block.RuleIpv6.Extract(after) != 0 ? 16 : 4;
        Span<byte> remote = stackalloc byte[16];
        Span<byte> local = stackalloc byte[16];
        ReadAddress(Block.RuleRemote, remote);
        ReadAddress(Block.RuleLocal, local);
        var rule = FlowTuple.Create(remote[..length], local[..length], (ushort)File[Block.RemotePort], (ushort)File[Block.LocalPort]);
        bool ok = _state is not null && (Block.RuleAdd.Extract(after) != 0 ? _state.TryAddRule(rule) : _state.TryRemoveRule(rule));
        File[Block.RuleOk] = ok ? 1u : 0;
    }

    private void ReadAddress(Register[] words, Span<byte> address)
    {
        for (int i = 0; i < words.Length; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(address[(4 * i)..], File[words[i]]);
        }
    }

    private void Publish()
    {
        Queue.Publish();
        Counters.Publish(_registers.Toe);
        _registers.Toe[NativeMap.Toe.UsedConnections] = File[Block.UsedCount];
    }
}
