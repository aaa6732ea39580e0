using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Sanitizer.Rules;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>What the cards of one machine have in common: a flow may leave by another port than the one that has its key.</summary>
internal sealed class SharedWatch(FindingLog log)
{
    private const int MostFlows = 4096;

    private readonly Queue<FlowKey> _order = new();

    public Dictionary<FlowKey, TxFlow> Flows { get; } = [];

    public PlaintextIndex Plaintext { get; } = new();

    /// <summary>Whether the network changed a frame: then a failed tag says nothing about a driver.</summary>
    public bool HasCorruption { get; set; }

    public void Add(FlowKey key, TxFlow flow)
    {
        Flows[key] = flow;
        _order.Enqueue(key);
        if (_order.Count > MostFlows)
        {
            Flows.Remove(_order.Dequeue());
        }
    }

    /// <summary>Looks for plaintext anywhere in what left.</summary>
    public void CheckPlaintext(ReadOnlySpan<byte> bytes, TxFlow? flow)
    {
        if (!Plaintext.IsEmpty && Plaintext.Find(bytes) is >= 0 and int at)
        {
            log.Report(TlsRules.PlaintextOnWire, flow?.Subject ?? "wire", $"{PlaintextIndex.BlockLength} bytes that a driver gave to be encrypted stand at offset {at} of what left.");
        }
    }
}
