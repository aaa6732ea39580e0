using NicEmu.Spec.Events;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>
/// Watches the event stream of any run, live or recorded, and reports what the driver does wrong. It needs nothing but the events; with a look into
/// the driver's memory it sees a little more. Memory use is bounded.
/// </summary>
public sealed class DriverSanitizer : ITraceSink
{
    private readonly SanitizerOptions _options;
    private readonly FindingLog _log;
    private readonly SharedWatch _shared;
    private readonly List<DeviceWatch> _devices = [];

    /// <summary>Prepares a sanitizer.</summary>
    /// <param name="options">How it works; null for the defaults.</param>
    /// <exception cref="ArgumentException">A suppression names no rule, or gives no reason.</exception>
    public DriverSanitizer(SanitizerOptions? options = null)
    {
        _options = options ?? new SanitizerOptions();
        _log = new FindingLog(_options);
        _shared = new SharedWatch(_log);
    }

    /// <summary>The findings, in order of time, at most <see cref="SanitizerOptions.FindingsPerRule"/> of each rule.</summary>
    public IReadOnlyList<Finding> Findings => _log.Findings;

    /// <summary>How often each rule was broken, suppressed ones included; rules that were not broken are not listed.</summary>
    public IReadOnlyList<RuleCount> Counts => _log.Counts;

    /// <summary>Command line that gives the same run again; empty when there is none.</summary>
    public string ReproduceLine => _options.ReproduceLine;

    /// <summary>Events seen.</summary>
    public long Events => _log.EventNumber + 1;

    /// <summary>Whether a rule of a severity, or of a worse one, was broken and not suppressed.</summary>
    /// <param name="severity">The least severity that counts.</param>
    public bool HasFindings(Severity severity) => Counts.Any(c => c.Rule.Severity >= severity && c.SuppressedBecause is null);

    /// <inheritdoc/>
    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        _log.Begin(e);
        while (_devices.Count <= e.Device)
        {
            _devices.Add(new DeviceWatch(_devices.Count, _shared, _options, _log));
        }

        _devices[e.Device].On(e, data);
    }

    /// <summary>The run has ended: what should have happened by now is judged.</summary>
    public void Finish()
    {
        foreach (DeviceWatch device in _devices)
        {
            device.Finish(_log.TimePs);
        }
    }
}
