using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.DeviceModel.State;

/// <summary>Saved deadlines and timers.</summary>
internal static class TimerState
{
    /// <summary>Arms the timer for a saved deadline, or disarms it when none was saved.</summary>
    /// <param name="timer">The timer.</param>
    /// <param name="deadlinePs">Absolute virtual time; null when the timer was not armed.</param>
    public static void Rearm(this ITimer timer, long? deadlinePs)
    {
        if (deadlinePs is { } deadline)
        {
            timer.ArmAt(deadline);
        }
        else
        {
            timer.Cancel();
        }
    }
}
