using NicEmu.Spec.Seams;

namespace NicEmu.Board.Links;

/// <summary>A wire on which the frames of a capture arrive at their recorded distances. What the port sends is counted and lost.</summary>
public sealed class PcapLink : ILink, IDisposable
{
    private readonly IScheduler _scheduler;
    private readonly IEnumerator<CapturedFrame> _frames;
    private readonly ITimer _timer;
    private long _startPs;
    private FrameHandler? _received;

    /// <summary>Prepares a replay.</summary>
    /// <param name="scheduler">Delivers the frames.</param>
    /// <param name="frames">The frames in ascending order of time; read one at a time.</param>
    /// <param name="name">Name of its timer.</param>
    public PcapLink(IScheduler scheduler, IEnumerable<CapturedFrame> frames, string name = "replay")
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        ArgumentNullException.ThrowIfNull(frames);
        _scheduler = scheduler;
        _frames = frames.GetEnumerator();
        _timer = scheduler.CreateTimer(name, DeliverNext);
    }

    /// <inheritdoc/>
    public bool IsUp => true;

    /// <summary>Frames that arrived so far.</summary>
    public long FramesReplayed { get; private set; }

    /// <summary>Frames that the port sent.</summary>
    public long FramesSent { get; private set; }

    /// <summary>Whether the capture is at its end.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Begins the replay: the first frame arrives at once.</summary>
    public void Start()
    {
        _startPs = _scheduler.NowPs;
        ArmNext();
    }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload) => FramesSent++;

    /// <inheritdoc/>
    public void OnReceived(FrameHandler? handler) => _received = handler;

    /// <summary>The wire is always up; the observer is never called.</summary>
    /// <param name="handler">Ignored.</param>
    public void OnStateChanged(Action<bool>? handler)
    {
    }

    /// <summary>Ends the replay and closes the capture.</summary>
    public void Dispose()
    {
        _timer.Cancel();
        _frames.Dispose();
    }

    private void ArmNext()
    {
        if (_frames.MoveNext())
        {
            _timer.ArmAt(_startPs + _frames.Current.TimePs);
        }
        else
        {
            IsFinished = true;
        }
    }

    private void DeliverNext()
    {
        FramesReplayed++;
        _received?.Invoke(_frames.Current.Data.Span);
        ArmNext();
    }
}
