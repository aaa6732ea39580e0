using NicEmu.Conformance.Sanitizer.Rules;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>One ring that the card fills: who has read how far, and whether anybody asked to be told.</summary>
internal sealed class CompletionWatch(string subject, FindingLog log)
{
    /// <summary>Virtual time after which a ring that nobody looks at is called forgotten.</summary>
    private const long PatiencePs = 200_000_000_000;

    private long _touchedPs;
    private bool _isArmed;

    public ulong Base { get; private set; }

    public int EntryBytes { get; private set; }

    public uint Entries { get; private set; }

    public bool IsEnabled { get; private set; }

    public uint Producer { get; private set; }

    public uint Consumer { get; private set; }

    public uint Waiting => Producer - Consumer;

    public EventHistory History { get; } = new();

    public void Enable(ulong address, int log2, int entryBytes, long nowPs)
    {
        (Base, EntryBytes, Entries, IsEnabled) = (address, entryBytes, 1u << (log2 & 31), true);
        (Producer, Consumer, _isArmed, _touchedPs) = (0, 0, false, nowPs);
    }

    public void Disable() => IsEnabled = false;

    public bool Holds(ulong address) => IsEnabled && address >= Base && address - Base < (ulong)Entries * (ulong)EntryBytes;

    /// <summary>The card wrote the last word of an entry.</summary>
    /// <param name="nowPs">Time.</param>
    /// <returns>True when the ring is full now.</returns>
    public bool Produced(long nowPs)
    {
        CheckForgotten(nowPs);
        Producer++;
        return Waiting >= Entries;
    }

    public void Consumed(uint index, long nowPs) => (Consumer, _touchedPs) = (index, nowPs);

    public void Armed(uint index, long nowPs)
    {
        _isArmed = true;
        _touchedPs = nowPs;
        if (unchecked((int)(index - Consumer)) > 0)
        {
            Consumer = index;
        }
    }

    /// <summary>The interrupt came.</summary>
    /// <param name="nowPs">Time.</param>
    public void Fired(long nowPs) => (_isArmed, _touchedPs) = (false, nowPs);

    /// <summary>Says whether entries wait that nobody asked about.</summary>
    /// <param name="nowPs">Time.</param>
    public void CheckForgotten(long nowPs)
    {
        if (IsEnabled && !_isArmed && Waiting > 0 && nowPs - _touchedPs > PatiencePs)
        {
            _touchedPs = nowPs;
            log.Report(LifecycleRules.NeverArmed, subject, $"{Waiting} entries wait, the ring is not armed, and the driver has not looked for {PatiencePs / 1_000_000_000} ms.", History);
        }
    }
}
