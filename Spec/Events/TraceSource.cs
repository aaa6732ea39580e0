using NicEmu.Spec.Seams;

namespace NicEmu.Spec.Events;

/// <summary>Where the parts of one device emit events. Without a sink, emitting costs one branch.</summary>
/// <param name="scheduler">Supplies the time stamps.</param>
/// <param name="device">Number of the device on its board.</param>
public sealed class TraceSource(IScheduler scheduler, int device)
{
    /// <summary>The receiver; null when nobody listens.</summary>
    public ITraceSink? Sink { get; set; }

    /// <summary>Whether somebody listens: test it before preparing an expensive event.</summary>
    public bool Enabled => Sink is not null;

    /// <summary>Number of the device on its board.</summary>
    public int Device => device;

    /// <summary>Virtual time in picoseconds, for the events' time stamps.</summary>
    public long NowPs => scheduler.NowPs;

    /// <summary>Number of <see cref="TraceEventKind.GuestError"/> events so far, counted whether or not somebody listens.</summary>
    public long GuestErrors { get; private set; }

    /// <summary>Passes an event on; its time and device are filled in.</summary>
    /// <param name="e">The event; time and device are ignored.</param>
    /// <param name="data">Its bytes.</param>
    public void Emit(in TraceEvent e, ReadOnlySpan<byte> data = default) =>
        Sink?.On(e with { TimePs = scheduler.NowPs, Device = device }, data);

    /// <summary>Reports a mistake of the driver or guest.</summary>
    /// <param name="code">What kind of mistake.</param>
    /// <param name="what">Constant text that names it.</param>
    /// <param name="address">Register offset or bus address concerned.</param>
    /// <param name="value">Offending value.</param>
    /// <param name="index">Queue, vector or BAR concerned.</param>
    /// <param name="handle">TLS object concerned.</param>
    public void GuestError(GuestErrorCode code, string what, ulong address = 0, ulong value = 0, int index = 0, ulong handle = 0)
    {
        GuestErrors++;
        Emit(new TraceEvent { Kind = TraceEventKind.GuestError, Code = (int)code, Text = what, Address = address, Value = value, Index = index, Handle = handle });
    }
}
