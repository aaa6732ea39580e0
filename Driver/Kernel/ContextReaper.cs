using NicEmu.Driver.Nic;
using NicEmu.Spec.Native;
using NicEmu.Spec.Seams;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.Driver.Kernel;

/// <summary>
/// Takes contexts and keys out of a card: each once, a context when no descriptor names it any more, its key after it. What the card cannot remove yet is tried
/// again; what it does not answer for is set apart and never used.
/// </summary>
internal sealed class ContextReaper
{
    /// <summary>Answers of "busy" before an object is given up.</summary>
    private const int MaxAttempts = 1000;

    private readonly NicDriver _nic;
    private readonly IScheduler _scheduler;
    private readonly ITimer _timer;
    private readonly List<(int Queue, uint Until, Action Action)> _afterQueued = [];
    private readonly List<Dying> _waiting = [];
    private readonly HashSet<ulong> _quarantined = [];
    private int _running;

    public ContextReaper(NicDriver nic, IScheduler scheduler, string name)
    {
        (_nic, _scheduler) = (nic, scheduler);
        _timer = scheduler.CreateTimer(name + ".reaper", Reap);
    }

    /// <summary>Objects that are not gone yet, those set apart left out.</summary>
    public int Count => _afterQueued.Count + _waiting.Count + _running;

    /// <summary>Contexts and keys whose removal failed or was not answered.</summary>
    public int Quarantined => _quarantined.Count;

    /// <summary>Whether an object was set apart: its number must not be used.</summary>
    public bool IsQuarantined(ulong handle) => _quarantined.Contains(handle);

    /// <summary>Removes a transmit context once the card has done with every descriptor posted so far.</summary>
    /// <param name="queue">Queue of the context.</param>
    /// <param name="context">The context.</param>
    /// <param name="key">Its key.</param>
    /// <param name="gone">Called when the card has answered.</param>
    public void AddTx(int queue, ulong context, ulong key, Action? gone = null)
    {
        AfterQueued(queue, () => Add(new(MailboxOpcode.TxDestroy, context, key, 0, gone)));
    }

    /// <summary>Removes a receive context.</summary>
    /// <param name="context">The context.</param>
    /// <param name="key">Its key.</param>
    /// <param name="gone">Called when the card has answered: no frame that it decrypts comes any more.</param>
    public void AddRx(ulong context, ulong key, Action? gone = null) => Add(new(MailboxOpcode.RxDestroy, context, key, 0, gone));

    /// <summary>Removes a key that no context was made of.</summary>
    public void AddKey(ulong key) => Add(new(MailboxOpcode.KeyDestroy, 0, key, 0));

    /// <summary>Runs an action when the card has done everything that was posted to a queue so far; never, when the card goes out of use before.</summary>
    public void AfterQueued(int queue, Action action)
    {
        if (_nic.State != NicState.Running) return;
        _afterQueued.Add((queue, _nic.TxQueue(queue).Staged, action));
        Reap();
    }

    /// <summary>The card lost everything: nothing is left to remove.</summary>
    public void Clear()
    {
        _timer.Cancel();
        _waiting.Clear();
        _afterQueued.Clear();
        _quarantined.Clear();
    }

    private void Add(Dying dying)
    {
        if (_nic.State == NicState.Running) Remove(dying);
    }

    private void Reap()
    {
        for (int i = 0; i < _afterQueued.Count && _nic.State == NicState.Running;)
        {
            (int queue, uint until, Action action) = _afterQueued[i];
            if (unchecked((int)(until - _nic.TxQueue(queue).Completed)) > 0)
            {
                i++;
                continue;
            }

            _afterQueued.RemoveAt(i);
            action();
        }

        for (int count = _waiting.Count; count > 0 && _waiting.Count > 0 && _nic.State == NicState.Running; count--)
        {
            Dying dying = _waiting[0];
            _waiting.RemoveAt(0);
            Remove(dying);
        }

        if (_afterQueued.Count + _waiting.Count > 0 && _nic.State == NicState.Running) _timer.ArmAt(_scheduler.NowPs + NicBringUp.PollPs);
    }

    /// <summary>The context first: a key that is referenced is not destroyed.</summary>
    private void Remove(Dying dying)
    {
        _running++;
        ulong handle = dying.Context != 0 ? dying.Context : dying.Key;
        _nic.Tls.Submit(dying.Context != 0 ? dying.Opcode : MailboxOpcode.KeyDestroy, handle, result =>
        {
            _running--;
            OnRemoved(dying, handle, result);
        });
    }

    private void OnRemoved(Dying dying, ulong handle, in MailboxResult result)
    {
        if (dying.Context != 0) dying.Gone?.Invoke();
        // With the card everything in it is gone.
        if (_nic.State != NicState.Running) return;
        if (!result.Answered || !IsRemoved(result.Status))
        {
            bool again = result.Answered && result.Status is MailboxStatus.Busy or MailboxStatus.NotReady && dying.Attempts < MaxAttempts;
            if (again) Retry(dying with { Attempts = dying.Attempts + 1 });
            else SetApart(dying, handle);
            return;
        }

        if (dying.Context != 0) Remove(dying with { Context = 0, Attempts = 0 });
    }

    /// <summary>Gone, or never there.</summary>
    private static bool IsRemoved(MailboxStatus status) => status is MailboxStatus.Ok or MailboxStatus.StaleHandle or MailboxStatus.BadHandle;

    private void Retry(Dying dying)
    {
        _waiting.Add(dying);
        _timer.ArmNoLaterThan(_scheduler.NowPs + NicBringUp.PollPs);
    }

    /// <summary>A context that may still live keeps its key.</summary>
    private void SetApart(Dying dying, ulong handle)
    {
        _quarantined.Add(handle);
        _quarantined.Add(dying.Key);
    }

    private readonly record struct Dying(MailboxOpcode Opcode, ulong Context, ulong Key, int Attempts, Action? Gone = null);
}
