namespace NicEmu.Net;

/// <summary>Retransmission timeout after RFC 6298, in picoseconds.</summary>
internal sealed class RttEstimator(long initialPs, long minimumPs, long maximumPs)
{
    private bool _hasSample;
    private int _backoff;
    private long _basePs = initialPs;

    /// <summary>Smoothed round-trip time; 0 before the first sample.</summary>
    public long SmoothedPs { get; private set; }

    public long VariationPs { get; private set; }

    /// <summary>The timeout with its backoff.</summary>
    public long TimeoutPs => _backoff >= 30 ? maximumPs : Math.Min(_basePs << _backoff, maximumPs);

    /// <summary>The timeout doubled <paramref name="times"/> times, for the persist timer (RFC 9293 §3.8.6.1).</summary>
    public long BackedOffPs(int times) => times >= 30 ? maximumPs : Math.Min(_basePs << times, maximumPs);

    public void Sample(long rttPs)
    {
        // §2.2 and §2.3. The clock is exact, so its granularity G plays no part beside the minimum.
        if (!_hasSample)
        {
            (SmoothedPs, VariationPs, _hasSample) = (rttPs, rttPs / 2, true);
        }
        else
        {
            VariationPs += (Math.Abs(SmoothedPs - rttPs) - VariationPs) / 4;
            SmoothedPs += (rttPs - SmoothedPs) / 8;
        }

        _basePs = Math.Clamp(SmoothedPs + (4 * VariationPs), minimumPs, maximumPs);
        _backoff = 0;
    }

    /// <summary>§5.5: the host backs off the timer.</summary>
    public void BackOff() => _backoff++;

    /// <summary>§5.7: a timer that expired for SYN is set to three seconds when data transmission begins.</summary>
    public void RestartAfterLostSyn(long threeSecondsPs)
    {
        if (_hasSample) return;
        (_basePs, _backoff) = (Math.Min(Math.Max(_basePs, threeSecondsPs), maximumPs), 0);
    }
}
