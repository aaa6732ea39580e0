using NicEmu.Spec.Events;

namespace NicEmu.Traces;

/// <summary>
/// Chooses events by an expression such as <c>kind=MmioWrite and time>=1ms and not (queue=3 or interface=host)</c>.
/// Comparisons are <c>= != &lt; &lt;= > >=</c>, joined by <c>not</c>, <c>and</c>, <c>or</c> and parentheses. Members: <c>kind</c>,
/// <c>interface</c> (nic0-wire, or wire), <c>register</c> (by name), <c>device</c>, <c>queue</c>, <c>handle</c>, <c>record</c>, <c>seq</c> (TCP sequence, ordered
/// as such numbers are), <c>address</c>, <c>time</c> (with ps, ns, us, ms or s). Numbers are decimal or 0x. A comparison with a member that an event does not have is false.
/// </summary>
public sealed class TraceFilter
{
    private readonly EventPredicate _predicate;

    private TraceFilter(string expression, EventPredicate predicate)
    {
        Expression = expression;
        _predicate = predicate;
    }

    /// <summary>The expression.</summary>
    public string Expression { get; }

    /// <summary>Reads an expression.</summary>
    /// <param name="expression">The expression; an empty one takes every event.</param>
    /// <param name="names">Names of the registers; null for the native interface.</param>
    /// <exception cref="TraceFilterException">The expression is wrong; says in which column.</exception>
    public static TraceFilter Parse(string expression, RegisterNames? names = null)
    {
        ArgumentNullException.ThrowIfNull(expression);
        EventPredicate predicate = string.IsNullOrWhiteSpace(expression)
            ? (in TraceEvent _) => true
            : new TraceFilterParser(expression, names ?? RegisterNames.Native).Parse();
        return new TraceFilter(expression, predicate);
    }

    /// <summary>Whether the filter takes an event.</summary>
    /// <param name="e">The event.</param>
    public bool Matches(in TraceEvent e) => _predicate(e);

    /// <summary>Whether the filter takes an entry of a trace file; one without event is not taken.</summary>
    /// <param name="entry">The entry.</param>
    public bool Matches(TraceEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Event is { } e && _predicate(e);
    }
}
