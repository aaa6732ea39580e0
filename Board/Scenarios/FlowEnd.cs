using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Net;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Scenarios;

/// <summary>One end of a flow: it does its steps, checks every byte that arrives, and closes.</summary>
internal sealed class FlowEnd
{
    private const byte CloseNotify = 0;
    private const byte UserCanceled = 90;
    private const byte Warning = 1;
    private const byte NewSessionTicket = 4;

    private readonly string _name;
    private readonly ScenarioStep[] _steps;
    private readonly FlowContent _sends;
    private readonly FlowContent _receives;
    private readonly IScheduler _scheduler;
    private readonly ITimer _timer;
    private readonly byte[] _chunk;
    private readonly long _expects;
    private int _step;
    private int _stepSent;
    private long _startPs = -1;
    private int _chunkFrom;
    private int _chunkTo;
    private bool _recordIsOpen;
    private KeyUpdater? _updater;

    public FlowEnd(string name, ScenarioFlow flow, ScenarioSide side, IScheduler scheduler, ulong seed, int chunkBytes)
    {
        _name = name;
        _steps = [.. flow.Steps.Where(s => s.From == side)];
        ScenarioSide other = side == ScenarioSide.Machine ? ScenarioSide.Peer : ScenarioSide.Machine;
        _expects = flow.BytesFrom(other);
        IsForgiving = flow.IsAborted;
        _sends = new FlowContent(seed + (ulong)side);
        _receives = new FlowContent(seed + (ulong)other);
        _scheduler = scheduler;
        _timer = scheduler.CreateTimer(name, Pump);
        _chunk = new byte[chunkBytes];
    }

    /// <summary>Whether the flow is to be reset, so that what arrives may be less.</summary>
    public bool IsForgiving { get; }

    public HostSocket? Socket { get; private set; }

    public string? Failure { get; private set; }

    public long Sent { get; private set; }

    public long Received { get; private set; }

    public bool IsClosing { get; private set; }

    public bool IsGone { get; private set; }

    /// <summary>Whether all steps are done and everything arrived.</summary>
    public bool IsDone => (_step == _steps.Length && _startPs >= 0 && (Received == _expects || IsForgiving)) || IsGone;

    public bool IsFinished => IsGone || (IsClosing && Socket is { Connection.State: TcpState.Closed or TcpState.TimeWait or TcpState.FinWait2 });

    /// <summary>The states at the time of closing; a connection that is gone tells them no more.</summary>
    public (KtlsState Tx, KtlsState Rx) States { get; private set; }

    public void Open(HostSocket socket)
    {
        Socket = socket;
        socket.Closed = OnClosed;
    }

    /// <summary>Whether both directions were given their keys, and the card or the driver has them.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Both directions were given their keys.</summary>
    /// <param name="updater">Changes them; null in TLS 1.2.</param>
    public void Secure(KeyUpdater? updater)
    {
        HostSocket socket = Socket!;
        _updater = updater;
        IsReady = true;
        socket.Record = OnRecord;
        socket.Writable = Pump;
        socket.Failed = OnRefused;
    }

    /// <summary>Whether keys are still on their way into the card.</summary>
    public bool IsInstalling => Socket is { TxState: KtlsState.Installing } or { RxState: KtlsState.Installing };

    /// <summary>The steps begin.</summary>
    public void Begin()
    {
        _startPs = _scheduler.NowPs;
        Pump();
    }

    public void Fail(string what) => Failure ??= $"{_name}: {what}";

    /// <summary>Sends close_notify and ends this side.</summary>
    public void Close()
    {
        if (IsClosing || IsGone || Socket is not { } socket || _startPs < 0)
        {
            return;
        }

        NoteStates();
        if (socket.Write(TlsContentType.Alert, [Warning, CloseNotify]) > 0)
        {
            IsClosing = true;
            socket.Close();
        }
    }

    public void NoteStates()
    {
        if (Socket is { } socket)
        {
            States = (socket.TxState, socket.RxState);
        }
    }

    private void OnClosed(TcpCloseReason reason)
    {
        IsGone = true;
        if (reason != TcpCloseReason.Graceful && !IsForgiving && !(IsClosing && IsDone))
        {
            Fail($"the connection ended: {reason}.");
        }
    }

    private void OnRefused(KtlsError error)
    {
        Fail($"a received record was refused: {error}.");
        Socket?.Abort();
    }

    private void OnRecord(TlsContentType type, ReadOnlySpan<byte> content)
    {
        if (_updater?.OnRecord(type, content) == true)
        {
            return;
        }

        if (type == TlsContentType.ApplicationData)
        {
            if (!_receives.Matches(Received, content))
            {
                Fail($"wrong bytes arrived at {Received} of the content.");
            }

            Received += content.Length;
            if (Received > _expects)
            {
                Fail("more arrived than was sent.");
            }
        }
        else if (type == TlsContentType.Alert && content.Length == 2 && content[1] == CloseNotify)
        {
            if (Received < _expects && !IsForgiving)
            {
                Fail($"the peer closed after {Received} of {_expects} bytes.");
            }
        }
        else if (type == TlsContentType.Alert && (content.Length != 2 || content[1] != UserCanceled))
        {
            Fail("an alert came that nobody was to send.");
        }
    }

    private void Pump()
    {
        if (!IsGone && !IsClosing)
        {
            _updater?.Answer();
        }

        while (_step < _steps.Length && _startPs >= 0 && !IsGone && !IsClosing && Socket is { } socket)
        {
            ScenarioStep step = _steps[_step];
            if (_scheduler.NowPs < _startPs + step.AtPs)
            {
                _timer.ArmNoLaterThan(_startPs + step.AtPs);
                return;
            }

            if (!TryDo(step, socket))
            {
                return;
            }

            _step++;
            _stepSent = 0;
            if (_step == _steps.Length && _recordIsOpen)
            {
                // Nothing follows that would close it, and the other end waits for its content.
                socket.Send([], SendFlags.None);
            }
        }
    }

    private bool TryDo(ScenarioStep step, HostSocket socket)
    {
        switch (step.Kind)
        {
            case ScenarioStepKind.Send:
                return TrySend(step, socket);
            case ScenarioStepKind.Alert:
                return socket.Write(TlsContentType.Alert, [Warning, UserCanceled]) > 0;
            case ScenarioStepKind.Ticket:
                // A ticket of no use: type, length 13, lifetime, age, empty nonce, one byte, no extensions.
                return socket.Write(TlsContentType.Handshake, [NewSessionTicket, 0, 0, 14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]) > 0;
            case ScenarioStepKind.Rekey:
                return _updater!.TryUpdate(step.RequestsUpdate);
            case ScenarioStepKind.Close:
                Close();
                return IsClosing;
            default:
                NoteStates();
                IsGone = true;
                socket.Abort();
                return true;
        }
    }

    private bool TrySend(ScenarioStep step, HostSocket socket)
    {
        while (_chunkFrom < _chunkTo || _stepSent < step.Bytes)
        {
            if (_chunkFrom == _chunkTo)
            {
                _chunkFrom = 0;
                _chunkTo = Math.Min(_chunk.Length, step.Bytes - _stepSent);
                _sends.Fill(Sent, _chunk.AsSpan(0, _chunkTo));
                _stepSent += _chunkTo;
            }

            int taken = socket.Send(_chunk.AsSpan(_chunkFrom, _chunkTo - _chunkFrom), FlagsOf(step));
            _chunkFrom += taken;
            Sent += taken;
            if (_chunkFrom < _chunkTo)
            {
                return false;
            }
        }

        _recordIsOpen = step.More;
        return true;
    }

    private SendFlags FlagsOf(ScenarioStep step)
    {
        // Where content is cut into calls decides nothing about where an open record ends.
        bool more = step.More || (_recordIsOpen && _stepSent < step.Bytes);
        return more ? SendFlags.More : step.EndsRecord ? SendFlags.EndOfRecord : SendFlags.None;
    }
}
