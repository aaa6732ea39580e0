namespace NicEmu.Net;

/// <summary>Slow start and congestion avoidance of RFC 5681, counted in bytes.</summary>
internal sealed class CongestionWindow(int initialSegments)
{
    private const int Maximum = 1 << 30;

    private int _acknowledgedInRound;

    /// <summary>cwnd.</summary>
    public int Bytes { get; set; }

    /// <summary>ssthresh; RFC 5681 §3.1: arbitrarily high at first.</summary>
    public int SlowStartThreshold { get; private set; } = Maximum;

    public void Start(int segmentSize) => Bytes = InitialWindow(segmentSize);

    /// <summary>RFC 5681 §4.1: after an idle period the window falls back to the restart window.</summary>
    public void RestartAfterIdle(int segmentSize) => Bytes = Math.Min(Bytes, InitialWindow(segmentSize));

    /// <summary>Grows for newly acknowledged bytes.</summary>
    public void OnAcknowledged(int bytes, int segmentSize)
    {
        if (Bytes < SlowStartThreshold)
        {
            // §3.1 equation (2).
            Bytes = Math.Min(Maximum, Bytes + Math.Min(bytes, segmentSize));
            return;
        }

        // §3.1: one segment per window of acknowledged bytes.
        _acknowledgedInRound += bytes;
        if (_acknowledgedInRound < Bytes) return;
        _acknowledgedInRound -= Bytes;
        Bytes = Math.Min(Maximum, Bytes + segmentSize);
    }

    /// <summary>§3.1 equation (4).</summary>
    public void Halve(int flightBytes, int segmentSize)
    {
        SlowStartThreshold = Math.Max(flightBytes / 2, 2 * segmentSize);
        _acknowledgedInRound = 0;
    }

    private int InitialWindow(int segmentSize) => (int)Math.Min((long)initialSegments * segmentSize, Maximum);
}
