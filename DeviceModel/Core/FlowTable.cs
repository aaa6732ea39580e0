namespace NicEmu.DeviceModel.Core;

/// <summary>The receive rules: exact match of a TCP flow, to its TLS context.</summary>
/// <param name="capacity">Number of rules.</param>
internal sealed class FlowTable(int capacity)
{
    private readonly Dictionary<FlowTuple, ulong> _rules = new(capacity);

    /// <summary>Rules in the table.</summary>
    public int Count => _rules.Count;

    /// <summary>Adds a rule.</summary>
    /// <param name="tuple">The flow.</param>
    /// <param name="handle">Its receive context.</param>
    /// <returns>Ok, Duplicate or TableFull.</returns>
    public CoreStatus Add(in FlowTuple tuple, ulong handle) =>
        _rules.ContainsKey(tuple) ? CoreStatus.Duplicate
        : _rules.Count == capacity ? CoreStatus.TableFull
        : _rules.TryAdd(tuple, handle) ? CoreStatus.Ok : CoreStatus.Duplicate;

    /// <summary>Removes a rule.</summary>
    /// <param name="tuple">The flow.</param>
    /// <returns>False when there was none.</returns>
    public bool Remove(in FlowTuple tuple) => _rules.Remove(tuple);

    /// <summary>Finds the context of a flow.</summary>
    /// <param name="tuple">The flow.</param>
    /// <param name="handle">Its receive context.</param>
    public bool TryFind(in FlowTuple tuple, out ulong handle) => _rules.TryGetValue(tuple, out handle);

    /// <summary>Forgets every rule.</summary>
    public void Clear() => _rules.Clear();
}
