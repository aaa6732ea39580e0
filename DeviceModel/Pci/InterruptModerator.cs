using NicEmu.DeviceModel.State;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Timing;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.DeviceModel.Pci;

/// <summary>
/// Holds interrupts back: a request waits until the vector's interval since its last interrupt has passed, or as many completions wait as its frame
/// count says. Also the place where the way from completion to host takes its time.
/// </summary>
internal sealed class InterruptModerator
{
    private const ushort Mark = 0x494D;
    private const long PicosecondsPerMicrosecond = 1_000_000;

    private readonly MsixTable _table;
    private readonly IScheduler _scheduler;
    private readonly ITimer _timer;
    private readonly Func<int, (uint IntervalUs, uint Frames)> _settings;
    private readonly VectorState[] _vectors;

    public InterruptModerator(MsixTable table, IScheduler scheduler, int device, Func<int, (uint IntervalUs, uint Frames)> settings)
    {
        _table = table;
        _scheduler = scheduler;
        _settings = settings;
        _vectors = new VectorState[table.Vectors];
        _timer = scheduler.CreateTimer($"nic{device}.interrupts", Fire);
        Reset();
    }

    /// <summary>Forgets requests and history.</summary>
    public void Reset()
    {
        Array.Fill(_vectors, new VectorState { LastPs = long.MinValue });
        _timer.Cancel();
    }

    /// <summary>Counts a completion of a vector, for the frame count.</summary>
    /// <param name="vector">Vector number.</param>
    public void Completed(int vector)
    {
        ref VectorState state = ref _vectors[vector];
        state.Waiting++;
        if (state.DuePs is not null)
        {
            Plan(vector);
        }
    }

    /// <summary>Asks for an interrupt; requests before it comes are one.</summary>
    /// <param name="vector">Vector number.</param>
    public void Request(int vector)
    {
        if (_vectors[vector].DuePs is null)
        {
            _vectors[vector].DuePs = long.MaxValue;
            Plan(vector);
        }
    }

    /// <summary>The settings of a vector changed: a waiting request is planned anew.</summary>
    /// <param name="vector">Vector number.</param>
    public void SettingsChanged(int vector)
    {
        if (_vectors[vector].DuePs is not null)
        {
            _vectors[vector].DuePs = long.MaxValue;
            Plan(vector);
        }
    }

    /// <summary>Saves requests and history.</summary>
    /// <param name="state">Receives them.</param>
    public void Save(StateWriter state)
    {
        state.Part(Mark, 1);
        foreach (VectorState vector in _vectors)
        {
            state.Time(vector.LastPs);
            state.Word32(vector.Waiting);
            state.Deadline(vector.DuePs);
        }

        state.Deadline(_timer.DeadlinePs);
    }

    /// <summary>Puts saved requests back.</summary>
    /// <param name="state">What <see cref="Save"/> wrote.</param>
    public void Restore(ref StateReader state)
    {
        state.Part(Mark, 1);
        for (int i = 0; i < _vectors.Length; i++)
        {
            _vectors[i] = new VectorState { LastPs = state.Time(), Waiting = state.Word32(), DuePs = state.Deadline() };
        }

        _timer.Rearm(state.Deadline());
    }

    /// <summary>Adds requests to an inspection tree.</summary>
    /// <param name="parent">Receives one node.</param>
    public void Inspect(InspectNode parent)
    {
        InspectNode node = parent.Add("MODERATION");
        for (int i = 0; i < _vectors.Length; i++)
        {
            InspectNode vector = node.Add($"{i}");
            vector.Add("WAITING", _vectors[i].Waiting);
            vector.Add("REQUESTED", _vectors[i].DuePs is not null);
            vector.Add("LAST", _vectors[i].LastPs);
        }
    }

    private void Plan(int vector)
    {
        ref VectorState state = ref _vectors[vector];
        (uint intervalUs, uint frames) = _settings(vector);
        long wait = intervalUs * PicosecondsPerMicrosecond;
        bool enough = frames != 0 && state.Waiting >= frames;
        bool idle = wait == 0 || state.LastPs == long.MinValue || _scheduler.NowPs - state.LastPs >= wait;
        long start = enough || idle ? _scheduler.NowPs : state.LastPs + wait;
        // A request that is under way already is never put off.
        state.DuePs = Math.Min(state.DuePs ?? long.MaxValue, start + TimingTable.InterruptPs);
        _timer.ArmNoLaterThan(state.DuePs.Value);
    }

    private void Fire()
    {
        for (int vector = 0; vector < _vectors.Length; vector++)
        {
            if (_vectors[vector].DuePs <= _scheduler.NowPs)
            {
                _vectors[vector] = new VectorState { LastPs = _scheduler.NowPs };
                _table.Raise(vector);
            }
        }

        // A reset inside Raise left nothing to wait for; otherwise the earliest remaining request is next.
        foreach (VectorState state in _vectors)
        {
            if (state.DuePs is { } due)
            {
                _timer.ArmNoLaterThan(due);
            }
        }
    }

    private struct VectorState
    {
        public long LastPs;
        public uint Waiting;
        public long? DuePs;
    }
}
