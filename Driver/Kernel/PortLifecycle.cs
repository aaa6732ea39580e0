using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Seams;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.Driver.Kernel;

/// <summary>Takes a port up and down in good order, and brings its card up again after an error.</summary>
internal sealed class PortLifecycle : IDisposable
{
    /// <summary>A card that served so long may fail anew without its former failures being held against it.</summary>
    private const long GoodServicePs = 10_000_000_000_000;

    private readonly HostPort _port;
    private readonly HostKernel _kernel;
    private readonly IScheduler _scheduler;
    private readonly ITimer _timer;
    private bool _closing;
    private bool _unbound;
    private bool _isDown;
    private bool _hasRun;
    private int _attempts;
    private long _failedPs;
    private Action? _done;

    public PortLifecycle(HostPort port, HostKernel kernel, IScheduler scheduler, string name)
    {
        (_port, _kernel, _scheduler) = (port, kernel, scheduler);
        _timer = scheduler.CreateTimer(name + ".down", Continue);
    }

    public int Recoveries { get; private set; }

    public void Down(Action? done)
    {
        _done += done;
        _isDown = true;
        if (_closing) return;
        if (!_port.IsRunning)
        {
            if (_port.Nic.State == NicState.Starting) _port.Nic.Dispose();
            End();
            return;
        }

        _closing = true;
        _port.Installer.IsClosed = true;
        // From here on no segment names a context; only then are they removed.
        _kernel.DetachFrom(_port, KtlsFallbackReason.InterfaceDown, remove: true);
        Continue();
    }

    public void Up()
    {
        if (_unbound) throw new InvalidOperationException("The driver let go of the card.");
        _port.Nic.Start();
        (_isDown, _attempts) = (false, 0);
    }

    public void OnRunning()
    {
        _hasRun = true;
        _port.Installer.IsClosed = false;
    }

    public void Unbind(Action? done)
    {
        _unbound = true;
        Down(done);
    }

    public void OnFailed(NicError error)
    {
        _timer.Cancel();
        _kernel.DetachFrom(_port, KtlsFallbackReason.CardLost, remove: false);
        _port.ForgetWork();
        _port.Reaper.Clear();
        if (_closing)
        {
            _closing = false;
            End();
            return;
        }

        if (_scheduler.NowPs - _failedPs > GoodServicePs) _attempts = 0;
        _failedPs = _scheduler.NowPs;
        if (_hasRun && CanRecover(error) && _attempts++ < _kernel.Options.MaxRecoveries) _kernel.Defer(Restart);
        else _kernel.OnPortLost(_port, error);
    }

    public void Dispose() => _timer.Cancel();

    private void Restart()
    {
        if (_isDown || _port.Nic.State != NicState.Failed) return;
        Recoveries++;
        _port.Nic.Start();
    }

    private void Continue()
    {
        if (!_closing) return;
        if (_port.IsRunning && (_port.Installer.Pending > 0 || _port.Reaper.Count > 0))
        {
            _timer.ArmAt(_scheduler.NowPs + NicBringUp.PollPs);
            return;
        }

        _port.Nic.Stop(() =>
        {
            _closing = false;
            _port.ForgetWork();
            End();
        });
    }

    private void End()
    {
        Action? done = _done;
        _done = null;
        done?.Invoke();
    }

    private static bool CanRecover(NicError error) => error is NicError.QueueStopped or NicError.TxTimeout or NicError.BadCompletion or NicError.DeviceReset
        or NicError.FirmwareRestarted or NicError.FirmwareHung or NicError.FirmwareFailed or NicError.FirmwareTimeout or NicError.ResetTimeout or NicError.CommandFailed;
}
