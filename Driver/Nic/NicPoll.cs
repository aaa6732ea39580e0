using NicEmu.Spec.Seams;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.Driver.Nic;

/// <summary>
/// Looks into the rings now and then as long as the card is in use, for an interrupt that was lost: a queue whose interrupt never came asks for no other, and
/// on a machine at rest nothing else would ever look. It reads memory only, and its timer is no reason for time to go on.
/// </summary>
internal sealed class NicPoll
{
    private readonly IScheduler _scheduler;
    private readonly long _periodPs;
    private readonly Action _look;
    private readonly ITimer _timer;

    public NicPoll(IScheduler scheduler, long periodPs, string name, Action look)
    {
        (_scheduler, _periodPs, _look) = (scheduler, periodPs, look);
        _timer = scheduler.CreateBackgroundTimer(name + ".poll", OnTimer);
    }

    public void Begin()
    {
        if (_periodPs > 0) _timer.ArmAt(_scheduler.NowPs + _periodPs);
    }

    public void Cancel() => _timer.Cancel();

    private void OnTimer()
    {
        // Armed first: what is found may end the card's use, and that cancels.
        Begin();
        _look();
    }
}
