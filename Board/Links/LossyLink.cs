using NicEmu.Spec.Events;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Links;

/// <summary>A bad network between a port and a link, each direction disturbed on its own.</summary>
public sealed class LossyLink : ILink
{
    private readonly ILink _inner;
    private FrameHandler? _received;
    private Action<bool>? _stateChanged;

    /// <summary>Wraps a link; nothing is disturbed until asked for.</summary>
    /// <param name="inner">The link that frames come from and go to.</param>
    /// <param name="scheduler">Delivers frames that were held back.</param>
    /// <param name="trace">Receives a <see cref="TraceEventKind.NetworkEvent"/> for every disturbed frame.</param>
    /// <param name="random">What chance is drawn from.</param>
    /// <param name="name">Prefix of its timers' names.</param>
    public LossyLink(ILink inner, IScheduler scheduler, TraceSource trace, SeededRandom random, string name = "network")
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(random);
        _inner = inner;
        Outgoing = new Disturbance(scheduler, trace, random.Fork(name + ".outgoing"), name + ".outgoing", frame => _inner.Send(frame, default));
        Incoming = new Disturbance(scheduler, trace, random.Fork(name + ".incoming"), name + ".incoming", frame => _received?.Invoke(frame));
        inner.OnReceived(OnFrame);
        inner.OnStateChanged(OnInnerChanged);
    }

    /// <summary>Frames that the port sends.</summary>
    public Disturbance Outgoing { get; }

    /// <summary>Frames that the port receives.</summary>
    public Disturbance Incoming { get; }

    /// <summary>Whether the cable is pulled out of this port: no light, and every frame is lost. The other end keeps its own view.</summary>
    public bool IsCut
    {
        get;
        set
        {
            bool before = IsUp;
            field = value;
            if (before != IsUp)
            {
                _stateChanged?.Invoke(IsUp);
            }
        }
    }

    /// <inheritdoc/>
    public bool IsUp => !IsCut && _inner.IsUp;

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        if (!IsCut)
        {
            Outgoing.Pass(headers, payload);
        }
    }

    /// <inheritdoc/>
    public void OnReceived(FrameHandler? handler) => _received = handler;

    /// <inheritdoc/>
    public void OnStateChanged(Action<bool>? handler) => _stateChanged = handler;

    private void OnFrame(ReadOnlySpan<byte> frame)
    {
        if (!IsCut)
        {
            Incoming.Pass(frame, default);
        }
    }

    private void OnInnerChanged(bool isUp)
    {
        if (!IsCut)
        {
            _stateChanged?.Invoke(isUp);
        }
    }
}
