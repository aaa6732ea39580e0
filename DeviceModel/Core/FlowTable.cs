namespace NicEmu.DeviceModel.Core;

/// <summary>The receive rules: exact match of a TCP flow, to its TLS context. Looking up allocates nothing.</summary>
/// <param name="capacity">Number of rules.</param>
internal sealed class FlowTable(int capacity)
{
    private readonly Dictionary<FlowTuple, RxRule> _rules = new(capacity);
    private readonly Dictionary<ulong, FlowTuple> _tuples = new(capacity);

    /// <summary>Rules in the table.</summary>
    public int Count => _rules.Count;

    /// <summary>Whether a rule could be added.</summary>
    /// <param name="tuple">The flow.</param>
    /// <returns>Ok, Duplicate or TableFull.</returns>
    public CoreStatus Check(in FlowTuple tuple) =>
        _rules.ContainsKey(tuple) ? CoreStatus.Duplicate
        : _rules.Count == capacity ? CoreStatus.TableFull
        : CoreStatus.Ok;

    /// <summary>Adds a rule.</summary>
    /// <param name="tuple">The flow.</param>
    /// <param name="rule">Its context and queue.</param>
    /// <returns>As <see cref="Check"/>.</returns>
    public CoreStatus Add(in FlowTuple tuple, in RxRule rule)
    {
        CoreStatus status = Check(tuple);
        if (status == CoreStatus.Ok)
        {
            _rules.Add(tuple, rule);
            _tuples.Add(rule.Handle, tuple);
        }

        return status;
    }

    /// <summary>Lets a rule steer packets.</summary>
    /// <param name="handle">Receive context.</param>
    public void Activate(ulong handle)
    {
        if (_tuples.TryGetValue(handle, out FlowTuple tuple))
        {
            _rules[tuple] = _rules[tuple] with { IsActive = true };
        }
    }

    /// <summary>Removes the rule of a context, if it has one.</summary>
    /// <param name="handle">Receive context.</param>
    public void Remove(ulong handle)
    {
        if (_tuples.Remove(handle, out FlowTuple tuple))
        {
            _rules.Remove(tuple);
        }
    }

    /// <summary>Finds the rule of a flow.</summary>
    /// <param name="tuple">The flow.</param>
    /// <param name="rule">Its context and queue.</param>
    public bool TryFind(in FlowTuple tuple, out RxRule rule) => _rules.TryGetValue(tuple, out rule);

    /// <summary>Forgets every rule.</summary>
    public void Clear()
    {
        _rules.Clear();
        _tuples.Clear();
    }

    /// <summary>The rules, copied, in the order of their handles.</summary>
    public FlowTableSnapshot Save()
    {
        var rules = new (FlowTuple, RxRule)[_rules.Count];
        int count = 0;
        foreach ((FlowTuple tuple, RxRule rule) in _rules)
        {
            rules[count++] = (tuple, rule);
        }

        Array.Sort(rules, static (a, b) => a.Item2.Handle.CompareTo(b.Item2.Handle));
        return new FlowTableSnapshot([.. rules]);
    }

    /// <summary>Puts saved rules back.</summary>
    /// <param name="snapshot">The rules.</param>
    /// <exception cref="ArgumentException">They do not fit the table.</exception>
    public void Restore(FlowTableSnapshot snapshot)
    {
        Clear();
        foreach ((FlowTuple tuple, RxRule rule) in snapshot.Rules)
        {
            if (Add(tuple, rule) != CoreStatus.Ok)
            {
                throw new ArgumentException("The saved rules do not fit the table.", nameof(snapshot));
            }
        }
    }
}
