namespace NicEmu.Spec.Seams;

/// <summary>Virtual time and the timers on it. One thread; no part reads any other clock.</summary>
public interface IScheduler
{
    /// <summary>The present, in picoseconds since the start of the run.</summary>
    long NowPs { get; }

    /// <summary>Creates a timer, not armed.</summary>
    /// <param name="name">Stable name, shown in traces and snapshots.</param>
    /// <param name="action">Runs once per arming, never inside the call that arms it.</param>
    ITimer CreateTimer(string name, Action action);

    /// <summary>Creates a timer that alone is no reason for time to go on, such as a look now and then: a run until nothing is left to do does not wait for it.</summary>
    /// <param name="name">Stable name.</param>
    /// <param name="action">Runs once per arming.</param>
    /// <returns>A timer like any other where a scheduler makes no difference.</returns>
    ITimer CreateBackgroundTimer(string name, Action action) => CreateTimer(name, action);
}
