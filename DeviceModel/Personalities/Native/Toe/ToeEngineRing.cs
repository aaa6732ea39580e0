using NicEmu.DeviceModel.Registers;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Registers;
using NicEmu.Spec.Seams;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.DeviceModel.Personalities.Native.Toe;

/// <summary>A ring in card memory that firmware fills and an engine works off, in order: the CRYPTO and the HOST ring. Firmware's tail only wakes the engine.</summary>
internal abstract class ToeEngineRing
{
    private const int Budget = 8;

    private readonly RegisterFile _file;
    private readonly Register _producer;
    private readonly Register _done;
    private readonly Func<ToeState?> _state;
    private readonly Action _notify;
    private readonly IScheduler _scheduler;
    private readonly ITimer _timer;
    private long _busyUntilPs;

    protected ToeEngineRing(RegisterFile file, Register producer, Register done, Func<ToeState?> state, Action notify, IScheduler scheduler, string name)
    {
        (_file, _producer, _done, _state, _notify, _scheduler) = (file, producer, done, state, notify, scheduler);
        _timer = scheduler.CreateTimer(name, Step);
        file.OnWrite(producer, (_, _, _) => Wake());
    }

    /// <summary>Works on nothing any more.</summary>
    public void Stop()
    {
        _timer.Cancel();
        _busyUntilPs = 0;
    }

    /// <summary>Whether a state is still the engine's: asked after every transaction.</summary>
    /// <param name="state">A state.</param>
    protected bool IsLive(ToeState state) => ReferenceEquals(_state(), state);

    /// <summary>Whether a range lies in card memory.</summary>
    /// <param name="state">The state.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    protected static bool IsInMemory(ToeState state, uint offset, uint length) => (ulong)offset + length <= (ulong)state.Memory.Length;

    /// <summary>Works off one entry and writes its completion word.</summary>
    /// <param name="state">The state.</param>
    /// <param name="index">Entry of the ring.</param>
    /// <returns>Time that it took, in picoseconds.</returns>
    protected abstract long Run(ToeState state, int index);

    private void Wake()
    {
        if (_state() is not null)
        {
            _timer.ArmNoLaterThan(Math.Max(_scheduler.NowPs, _busyUntilPs));
        }
    }

    private void Step()
    {
        if (_state() is not { } state)
        {
            return;
        }

        long workPs = 0;
        bool worked = false;
        for (int budget = Budget; budget > 0 && _file[_producer] - _file[_done] is > 0 and <= ToeDevice.EngineEntries; budget--)
        {
            workPs += Run(state, (int)(_file[_done] % ToeDevice.EngineEntries));
            if (!IsLive(state))
            {
                return;
            }

            _file[_done]++;
            worked = true;
        }

        _busyUntilPs = _scheduler.NowPs + workPs;
        if (worked)
        {
            _notify();
            Wake();
        }
    }
}
