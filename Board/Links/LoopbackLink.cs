using NicEmu.Spec.Seams;

namespace NicEmu.Board.Links;

/// <summary>A plug that sends every frame back to the port that sent it.</summary>
public sealed class LoopbackLink : ILink
{
    private readonly IScheduler _scheduler;
    private readonly DelayLine _line;
    private readonly long _delayPs;
    private FrameHandler? _received;

    /// <summary>Creates the plug.</summary>
    /// <param name="scheduler">Delivers the frames.</param>
    /// <param name="delayPs">Time there and back in picoseconds, at least 0.</param>
    /// <param name="name">Name of its timer.</param>
    public LoopbackLink(IScheduler scheduler, long delayPs = PairLink.DefaultDelayPs, string name = "loopback")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(delayPs);
        _scheduler = scheduler;
        _delayPs = delayPs;
        _line = new DelayLine(scheduler, name, frame => _received?.Invoke(frame));
    }

    /// <inheritdoc/>
    public bool IsUp => true;

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload) => _line.Add(headers, payload, _scheduler.NowPs + _delayPs);

    /// <inheritdoc/>
    public void OnReceived(FrameHandler? handler) => _received = handler;

    /// <summary>The plug is always up; the observer is never called.</summary>
    /// <param name="handler">Ignored.</param>
    public void OnStateChanged(Action<bool>? handler)
    {
    }
}
