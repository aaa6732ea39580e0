namespace NicEmu.Net;

/// <summary>When to acknowledge (RFC 9293 §3.8.6.3, RFC 5681 §4.2).</summary>
internal sealed class AckSchedule(long delayPs)
{
    private int _pending;

    /// <summary>When a delayed acknowledgment is due; <see cref="long.MaxValue"/> if none waits.</summary>
    public long DeadlinePs { get; private set; } = long.MaxValue;

    /// <summary>Acknowledgments due now; more than one while duplicates are owed, because the peer counts them.</summary>
    public int Due { get; private set; }

    /// <summary>In-order data arrived: every second segment at once, else after the delay.</summary>
    /// <param name="nowPs">Current time.</param>
    /// <param name="isJoined">The data is more than one segment can hold, so it is several that the NIC or its driver joined.</param>
    public void OnInOrder(long nowPs, bool isJoined)
    {
        _pending += isJoined ? 2 : 1;
        if (_pending >= 2 || delayPs == 0) Due = Math.Max(Due, 1);
        else if (DeadlinePs == long.MaxValue) DeadlinePs = nowPs + delayPs;
    }

    /// <summary>One more acknowledgment, at once.</summary>
    public void OnImmediate() => Due++;

    /// <summary>At least one acknowledgment at once.</summary>
    public void OnWindowUpdate() => Due = Math.Max(Due, 1);

    public void OnExpired()
    {
        DeadlinePs = long.MaxValue;
        Due = Math.Max(Due, 1);
    }

    /// <summary>A segment with the current acknowledgment number leaves.</summary>
    public void OnSent()
    {
        if (Due > 0) Due--;
        (_pending, DeadlinePs) = (0, long.MaxValue);
    }

    public void Clear() => (Due, _pending, DeadlinePs) = (0, 0, long.MaxValue);
}
