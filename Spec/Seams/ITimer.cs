namespace NicEmu.Spec.Seams;

/// <summary>A named one-shot timer.</summary>
public interface ITimer
{
    /// <summary>The name given at creation.</summary>
    string Name { get; }

    /// <summary>The deadline in picoseconds, or null when not armed.</summary>
    long? DeadlinePs { get; }

    /// <summary>Arms the timer; an armed timer is moved. A deadline in the past fires at the present.</summary>
    /// <param name="deadlinePs">Absolute virtual time in picoseconds.</param>
    void ArmAt(long deadlinePs);

    /// <summary>Arms the timer only if it is not armed for an earlier deadline already.</summary>
    /// <param name="deadlinePs">Absolute virtual time in picoseconds.</param>
    void ArmNoLaterThan(long deadlinePs);

    /// <summary>Disarms the timer; does nothing when it is not armed.</summary>
    void Cancel();
}
