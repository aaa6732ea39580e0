using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Dma;
using NicEmu.DeviceModel.State;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Seams;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>
/// Gives references to TLS contexts back to the engine room. A queue reset may arrive inside a bus call that the engine room itself made
/// happen; the references then wait for an event of their own.
/// </summary>
internal sealed class ReferenceDrain
{
    private const ushort Mark = 0x5244;

    private readonly NicCore _core;
    private readonly DmaEngine _dma;
    private readonly IScheduler _scheduler;
    private readonly ITimer _timer;
    private readonly Queue<ulong> _waiting = [];

    public ReferenceDrain(NicCore core, DmaEngine dma, IScheduler scheduler, int device)
    {
        _core = core;
        _dma = dma;
        _scheduler = scheduler;
        _timer = scheduler.CreateTimer($"nic{device}.references", Drain);
    }

    /// <summary>Gives one reference back.</summary>
    /// <param name="handle">The context; zero is none.</param>
    public void Release(ulong handle)
    {
        if (handle == 0)
        {
            return;
        }

        if (!_dma.IsInCall)
        {
            _core.ReleaseReference(handle);
            return;
        }

        _waiting.Enqueue(handle);
        _timer.ArmNoLaterThan(_scheduler.NowPs);
    }

    /// <summary>Forgets what waits: the contexts are gone.</summary>
    public void Reset()
    {
        _waiting.Clear();
        _timer.Cancel();
    }

    /// <summary>Saves what waits.</summary>
    /// <param name="state">Receives it.</param>
    public void Save(StateWriter state)
    {
        state.Part(Mark, 1);
        state.Count(_waiting.Count);
        foreach (ulong handle in _waiting)
        {
            state.Word64(handle);
        }

        state.Deadline(_timer.DeadlinePs);
    }

    /// <summary>Puts a saved state back.</summary>
    /// <param name="state">What <see cref="Save"/> wrote.</param>
    public void Restore(ref StateReader state)
    {
        state.Part(Mark, 1);
        _waiting.Clear();
        for (int count = state.Count(); count > 0; count--)
        {
            _waiting.Enqueue(state.Word64());
        }

        _timer.Rearm(state.Deadline());
    }

    /// <summary>Adds what waits to an inspection tree.</summary>
    /// <param name="parent">Receives one node.</param>
    public void Inspect(InspectNode parent) => parent.Add("REFERENCES_WAITING", _waiting.Count);

    private void Drain()
    {
        while (_waiting.TryDequeue(out ulong handle))
        {
            _core.ReleaseReference(handle);
        }
    }
}
