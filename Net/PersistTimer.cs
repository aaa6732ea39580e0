namespace NicEmu.Net;

/// <summary>Probes a closed window, and overrides silly-window avoidance (RFC 9293 §3.8.6.1 and §3.8.6.2.1).</summary>
internal sealed class PersistTimer
{
    /// <summary>When the next probe is due; <see cref="long.MaxValue"/> if not running.</summary>
    public long DeadlinePs { get; private set; } = long.MaxValue;

    /// <summary>The timer has expired and the probe is still to be sent.</summary>
    public bool IsProbeDue { get; private set; }

    /// <summary>A byte beyond the window is under way.</summary>
    public bool IsProbing { get; private set; }

    /// <summary>Probes sent since the peer last answered.</summary>
    public int Unanswered { get; set; }

    private int _backoff;

    public void Arm(long nowPs, RttEstimator rtt)
    {
        if (DeadlinePs == long.MaxValue && !IsProbeDue) DeadlinePs = nowPs + rtt.BackedOffPs(_backoff);
    }

    public void OnExpired()
    {
        DeadlinePs = long.MaxValue;
        IsProbeDue = true;
    }

    public void OnProbeSent(long nowPs, RttEstimator rtt)
    {
        (IsProbeDue, IsProbing) = (false, true);
        _backoff++;
        Unanswered++;
        DeadlinePs = nowPs + rtt.BackedOffPs(_backoff);
    }

    public void Stop() => (DeadlinePs, IsProbeDue, IsProbing, Unanswered, _backoff) = (long.MaxValue, false, false, 0, 0);
}
