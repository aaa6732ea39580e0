using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Dma;
using NicEmu.Spec.Native.Toe;

namespace NicEmu.DeviceModel.Personalities.Native.Toe;

/// <summary>Card memory of an engine that is enabled. Disabling drops the whole object and ends its epoch.</summary>
/// <param name="connections">Connections that there is room for.</param>
internal sealed class ToeState(int connections)
{
    // Established connections, those that end, and listeners of both families.
    private readonly int _maxRules = (2 * connections) + (4 * ToeDevice.Listeners);
    private readonly HashSet<FlowTuple> _rules = [];

    public DmaEpoch Epoch { get; } = new();

    /// <summary>Slots for frames in, then slots for frames out.</summary>
    public byte[] Packets { get; } = new byte[2 * ToeDevice.PacketSlots * ToeDevice.PacketSlotBytes];

    public byte[] Crypto { get; } = new byte[ToeDevice.EngineEntries * 64];

    public byte[] Host { get; } = new byte[ToeDevice.EngineEntries * 32];

    public byte[] Memory { get; } = new byte[connections * ToeDevice.StageBytes];

    /// <summary>Commands, then completions.</summary>
    public byte[] Commands { get; } = new byte[2 * ToeDevice.CommandEntries * 64];

    /// <summary>Steering rules in use.</summary>
    public int RuleCount => _rules.Count;

    /// <summary>A slot of the packet ring.</summary>
    /// <param name="isOut">Direction.</param>
    /// <param name="index">Free-running index.</param>
    public Span<byte> PacketSlot(bool isOut, uint index) =>
        Packets.AsSpan((int)((isOut ? ToeDevice.PacketSlots : 0) + (index % ToeDevice.PacketSlots)) * ToeDevice.PacketSlotBytes, ToeDevice.PacketSlotBytes);

    /// <summary>An entry of the command window.</summary>
    /// <param name="isCompletion">Which half.</param>
    /// <param name="index">Free-running index.</param>
    public Span<byte> CommandSlot(bool isCompletion, uint index) =>
        Commands.AsSpan((int)((isCompletion ? ToeDevice.CommandEntries : 0) + (index % ToeDevice.CommandEntries)) * 64, 64);

    /// <summary>Adds a steering rule.</summary>
    /// <param name="rule">The flow; without a peer: every flow to the local address and port.</param>
    /// <returns>False when there is no room or the rule exists.</returns>
    public bool TryAddRule(in FlowTuple rule) => _rules.Count < _maxRules && _rules.Add(rule);

    /// <summary>Removes a steering rule.</summary>
    /// <param name="rule">The flow.</param>
    public bool TryRemoveRule(in FlowTuple rule) => _rules.Remove(rule);

    /// <summary>Whether a segment belongs to the engine.</summary>
    /// <param name="flow">Its flow.</param>
    public bool Steers(in FlowTuple flow) => _rules.Contains(flow) || _rules.Contains(flow with { SourceFirst = 0, SourceLast = 0, SourcePort = 0 });
}
