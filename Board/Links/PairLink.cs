using NicEmu.Spec.Seams;

namespace NicEmu.Board.Links;

/// <summary>
/// A cable between two ports, full duplex. It adds propagation time only: serialisation at link rate is the sender's.
/// </summary>
public sealed class PairLink
{
    /// <summary>Propagation time when none is given: 5 microseconds, one kilometre of fibre.</summary>
    public const long DefaultDelayPs = 5_000_000;

    private readonly PairEnd _a;
    private readonly PairEnd _b;

    /// <summary>Lays the cable.</summary>
    /// <param name="scheduler">Delivers the frames.</param>
    /// <param name="delayPs">Propagation time one way in picoseconds, at least 0.</param>
    /// <param name="name">Prefix of its timers' names.</param>
    public PairLink(IScheduler scheduler, long delayPs = DefaultDelayPs, string name = "wire")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(delayPs);
        _a = new PairEnd(this, scheduler, delayPs, name + ".toB");
        _b = new PairEnd(this, scheduler, delayPs, name + ".toA");
        _a.Far = _b;
        _b.Far = _a;
    }

    /// <summary>One end.</summary>
    public ILink A => _a;

    /// <summary>The other end.</summary>
    public ILink B => _b;

    /// <summary>Whether the cable is whole. Cutting it loses the frames on their way.</summary>
    public bool IsUp
    {
        get;
        set
        {
            if (field != value)
            {
                field = value;
                _a.Changed(value);
                _b.Changed(value);
            }
        }
    } = true;

    private sealed class PairEnd : ILink
    {
        private readonly PairLink _cable;
        private readonly IScheduler _scheduler;
        private readonly long _delayPs;
        private readonly DelayLine _toFar;
        private FrameHandler? _received;
        private Action<bool>? _stateChanged;

        public PairEnd(PairLink cable, IScheduler scheduler, long delayPs, string name)
        {
            _cable = cable;
            _scheduler = scheduler;
            _delayPs = delayPs;
            _toFar = new DelayLine(scheduler, name, frame => Far!._received?.Invoke(frame));
        }

        public PairEnd? Far { get; set; }

        public bool IsUp => _cable.IsUp;

        public void Send(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
        {
            if (IsUp)
            {
                _toFar.Add(headers, payload, _scheduler.NowPs + _delayPs);
            }
        }

        public void OnReceived(FrameHandler? handler) => _received = handler;

        public void OnStateChanged(Action<bool>? handler) => _stateChanged = handler;

        public void Changed(bool isUp)
        {
            _toFar.Clear();
            _stateChanged?.Invoke(isUp);
        }
    }
}
