using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Timing;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.Firmware.Toe;

/// <summary>Starts the TCP offload engine's program when the host enables the engine, and lets it work when a line or its own time asks for it.</summary>
internal sealed class ToeRunner
{
    private readonly IInternalBus _bus;
    private readonly IScheduler _scheduler;
    private readonly ITimer _timer;
    private ToeProgram? _program;
    private bool _isReady;
    private bool _hasChanged;

    private ToeRunner(IInternalBus bus, IScheduler scheduler, string name)
    {
        (_bus, _scheduler) = (bus, scheduler);
        _timer = scheduler.CreateTimer(name + ".toe", Run);
    }

    /// <summary>Makes a runner for a card that has the engine.</summary>
    /// <param name="bus">The internal bus.</param>
    /// <param name="scheduler">Time.</param>
    /// <param name="name">Prefix of the timer's name.</param>
    /// <returns>Null for a card without the engine: its bus has no such registers.</returns>
    public static ToeRunner? Create(IInternalBus bus, IScheduler scheduler, string name) => bus.Read(ToeInternalBlock.Offset) == uint.MaxValue ? null : new ToeRunner(bus, scheduler, name);

    /// <summary>The host enabled or disabled the engine: whatever ran is of the past.</summary>
    public void Change()
    {
        _hasChanged = true;
        Wake();
    }

    /// <summary>A line of the engine was raised.</summary>
    public void Wake() => _timer.ArmNoLaterThan(_scheduler.NowPs + TimingTable.ToeProgramPs);

    /// <summary>Firmware begins anew.</summary>
    public void Restart()
    {
        _timer.Cancel();
        (_program, _isReady) = (null, false);
    }

    /// <summary>Firmware is ready.</summary>
    public void Start()
    {
        _isReady = true;
        Change();
    }

    /// <summary>Firmware goes on from a saved state, which is of an engine that was not enabled.</summary>
    /// <param name="isReady">Whether it was ready.</param>
    public void Resume(bool isReady) => (_program, _isReady, _hasChanged) = (null, isReady, false);

    private void Run()
    {
        if (!_isReady)
        {
            return;
        }

        if (_hasChanged)
        {
            _hasChanged = false;
            _program = new ToePort(_bus).IsEnabled ? new ToeProgram(_bus, _scheduler.NowPs) : null;
        }

        if (_program?.Run(_scheduler.NowPs) is { } next && next != long.MaxValue)
        {
            _timer.ArmNoLaterThan(Math.Max(next, _scheduler.NowPs + TimingTable.ToeProgramPs));
        }
    }
}
