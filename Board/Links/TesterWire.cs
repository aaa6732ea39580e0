using NicEmu.Spec.Seams;

namespace NicEmu.Board.Links;

/// <summary>A wire whose other end is in a tester's hands: what the device sends waits to be taken, what the tester sends arrives a moment later.</summary>
public sealed class TesterWire : ILink, IWire
{
    private readonly IScheduler _scheduler;
    private readonly DelayLine _toDevice;
    private readonly Queue<byte[]> _fromDevice = new();
    private readonly long _delayPs;
    private FrameHandler? _received;
    private Action<bool>? _stateChanged;

    /// <summary>Lays the wire.</summary>
    /// <param name="scheduler">Delivers the frames.</param>
    /// <param name="delayPs">Time to the device in picoseconds, at least 0.</param>
    /// <param name="name">Name of its timer.</param>
    public TesterWire(IScheduler scheduler, long delayPs = PairLink.DefaultDelayPs, string name = "tester")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(delayPs);
        _scheduler = scheduler;
        _delayPs = delayPs;
        _toDevice = new DelayLine(scheduler, name, frame => _received?.Invoke(frame));
    }

    /// <summary>Whether the tester's end is plugged in. Pulling it out loses the frames on their way.</summary>
    public bool IsUp
    {
        get;
        set
        {
            if (field != value)
            {
                field = value;
                _toDevice.Clear();
                _stateChanged?.Invoke(value);
            }
        }
    } = true;

    /// <summary>Frames of the device that wait to be taken.</summary>
    public int Waiting => _fromDevice.Count;

    /// <inheritdoc/>
    public void SendToDevice(ReadOnlySpan<byte> frame)
    {
        if (IsUp)
        {
            _toDevice.Add(frame, default, _scheduler.NowPs + _delayPs);
        }
    }

    /// <inheritdoc/>
    public bool TryTakeFromDevice(out byte[] frame)
    {
        bool taken = _fromDevice.TryDequeue(out byte[]? oldest);
        frame = oldest ?? [];
        return taken;
    }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        if (IsUp)
        {
            _fromDevice.Enqueue([.. headers, .. payload]);
        }
    }

    /// <inheritdoc/>
    public void OnReceived(FrameHandler? handler) => _received = handler;

    /// <inheritdoc/>
    public void OnStateChanged(Action<bool>? handler) => _stateChanged = handler;
}
