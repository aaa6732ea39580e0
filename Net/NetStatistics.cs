namespace NicEmu.Net;

/// <summary>Counters of one stack since its creation.</summary>
public sealed class NetStatistics
{
    private readonly long[] _dropped = new long[(int)DropReason.AnswerQueueFull + 1];

    /// <summary>Frames or segments dropped for one reason.</summary>
    public long this[DropReason reason] => _dropped[(int)reason];

    /// <summary>Frames given to <c>Input</c>.</summary>
    public long FramesReceived { get; internal set; }

    /// <summary>Frames (super-segments count once) handed out by <c>TryPoll</c>.</summary>
    public long FramesSent { get; internal set; }

    /// <summary>TCP segments handed out that repeat bytes sent before.</summary>
    public long SegmentsRetransmitted { get; internal set; }

    /// <summary>RST segments handed out, answers to strangers included.</summary>
    public long ResetsSent { get; internal set; }

    /// <summary>Sum over all reasons.</summary>
    public long TotalDropped
    {
        get
        {
            long total = 0;
            foreach (long count in _dropped) total += count;
            return total;
        }
    }

    internal void Drop(DropReason reason) => _dropped[(int)reason]++;
}
