using NicEmu.Spec.Events;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>Collects findings: those of one cause at one moment once, many of a kind counted, suppressed ones counted only.</summary>
internal sealed class FindingLog
{
    private readonly SanitizerOptions _options;
    private readonly Dictionary<string, string> _suppressed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Rule, int Device, string Subject), long> _last = [];
    private readonly List<Finding> _findings = [];
    private long _timePs;
    private int _device;

    public FindingLog(SanitizerOptions options)
    {
        _options = options;
        foreach (Suppression suppression in options.Suppressions)
        {
            if (SanitizerRules.Find(suppression.RuleId) is not { } rule)
            {
                throw new ArgumentException($"There is no rule {suppression.RuleId}.", nameof(options));
            }

            if (string.IsNullOrWhiteSpace(suppression.Reason))
            {
                throw new ArgumentException($"The suppression of {rule.Id} gives no reason.", nameof(options));
            }

            _suppressed[rule.Id] = suppression.Reason;
        }
    }

    public IReadOnlyList<Finding> Findings => _findings;

    public long EventNumber { get; private set; } = -1;

    public long TimePs => _timePs;

    public IReadOnlyList<RuleCount> Counts =>
        [.. SanitizerRules.All.Where(r => _counts.ContainsKey(r.Id)).Select(r => new RuleCount(r, _counts[r.Id], _suppressed.GetValueOrDefault(r.Id)))];

    /// <summary>The next event begins.</summary>
    public void Begin(in TraceEvent e)
    {
        EventNumber++;
        (_timePs, _device) = (e.TimePs, e.Device);
    }

    public void Report(SanitizerRule rule, string subject, string what, EventHistory? history = null)
    {
        (string, int, string) key = (rule.Id, _device, subject);
        if (_last.TryGetValue(key, out long last) && last == _timePs)
        {
            return;
        }

        _last[key] = _timePs;
        long count = _counts[rule.Id] = _counts.GetValueOrDefault(rule.Id) + 1;
        if (count <= _options.FindingsPerRule && !_suppressed.ContainsKey(rule.Id))
        {
            _findings.Add(new Finding(rule, _timePs, EventNumber, _device, subject, what, history?.Lines() ?? []));
        }
    }
}
