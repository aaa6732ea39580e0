namespace NicEmu.Traces;

/// <summary>Bytes of a segment that an earlier segment of the same flow carried already.</summary>
/// <param name="Flow">The flow.</param>
/// <param name="Start">TCP sequence number of the first byte.</param>
/// <param name="Length">Number of bytes.</param>
/// <param name="TimeNs">Time of the later segment in nanoseconds.</param>
/// <param name="FirstDifference">TCP sequence number of the first byte that differs; null when the range is identical.</param>
public sealed record RetransmittedRange(TcpFlow Flow, uint Start, int Length, long TimeNs, uint? FirstDifference)
{
    /// <summary>Whether every byte is what it was the first time.</summary>
    public bool IsIdentical => FirstDifference is null;
}
