using CsCheck;
using NicEmu.Board.Time;
using NicEmu.Spec.Events;
using NicEmu.Spec.Seams;
using NUnit.Framework;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.Tests.Unit.Board;

public sealed class EventLoopTests
{
    [Test]
    public void RunNext_EqualDeadlines_FiresInOrderOfArming()
    {
        var loop = new EventLoop();
        List<string> fired = [];
        ITimer a = loop.CreateTimer("a", () => fired.Add("a"));
        ITimer b = loop.CreateTimer("b", () => fired.Add("b"));
        ITimer c = loop.CreateTimer("c", () => fired.Add("c"));

        c.ArmAt(10);
        a.ArmAt(10);
        b.ArmAt(5);
        while (loop.RunNext())
        {
        }

        Assert.That(fired, Is.EqualTo(new[] { "b", "c", "a" }));
        Assert.That(loop.NowPs, Is.EqualTo(10));
    }

    [Test]
    public void ArmAt_ArmedTimer_MovesItAndFiresOnce()
    {
        var loop = new EventLoop();
        int fired = 0;
        ITimer timer = loop.CreateTimer("t", () => fired++);

        timer.ArmAt(100);
        timer.ArmAt(50);
        timer.ArmNoLaterThan(70);
        bool first = loop.RunNext();
        bool second = loop.RunNext();

        Assert.That((first, second, fired, loop.NowPs), Is.EqualTo((true, false, 1, 50L)));
        Assert.That(timer.DeadlinePs, Is.Null);
    }

    [Test]
    public void ArmNoLaterThan_EarlierDeadline_MovesTimer()
    {
        var loop = new EventLoop();
        ITimer timer = loop.CreateTimer("t", () => { });

        timer.ArmAt(100);
        timer.ArmNoLaterThan(30);

        Assert.That(timer.DeadlinePs, Is.EqualTo(30));
    }

    [Test]
    public void ArmAt_Past_FiresAtPresent()
    {
        var loop = new EventLoop();
        ITimer late = loop.CreateTimer("late", () => { });
        ITimer now = loop.CreateTimer("now", () => late.ArmAt(1));

        now.ArmAt(500);
        loop.RunNext();
        long? deadline = late.DeadlinePs;
        loop.RunNext();

        Assert.That((deadline, loop.NowPs), Is.EqualTo(((long?)500, 500L)));
    }

    [Test]
    public void Cancel_ArmedTimer_NeverFires()
    {
        var loop = new EventLoop();
        bool fired = false;
        ITimer timer = loop.CreateTimer("t", () => fired = true);

        timer.ArmAt(5);
        timer.Cancel();
        timer.Cancel();

        Assert.That(loop.RunNext(), Is.False);
        Assert.That(fired, Is.False);
    }

    [Test]
    public void RunUntil_InsideEvent_Throws()
    {
        var loop = new EventLoop();
        Exception? seen = null;
        ITimer timer = loop.CreateTimer("t", () =>
        {
            try
            {
                loop.RunUntil(() => true, 1);
            }
            catch (InvalidOperationException e)
            {
                seen = e;
            }
        });

        timer.ArmAt(1);
        loop.RunNext();

        Assert.That(seen, Is.InstanceOf<InvalidOperationException>());
        Assert.That(loop.RunUntil(() => true, 0), Is.True, "the loop runs again after the event");
    }

    [Test]
    public void RunUntil_LimitFirst_StopsAtLimitAndKeepsTimer()
    {
        var loop = new EventLoop();
        ITimer timer = loop.CreateTimer("t", () => { });
        timer.ArmAt(1001);

        bool held = loop.RunUntil(() => false, 1000);

        Assert.That((held, loop.NowPs, timer.DeadlinePs), Is.EqualTo((false, 1000L, (long?)1001)));
    }

    [Test]
    public void RunUntil_DeadlineAtLimit_StillRuns()
    {
        var loop = new EventLoop();
        bool fired = false;
        loop.CreateTimer("t", () => fired = true).ArmAt(1000);

        bool held = loop.RunUntil(() => fired, 1000);

        Assert.That(held, Is.True);
    }

    [Test]
    public void RunUntil_Cancelled_Throws()
    {
        var loop = new EventLoop();
        using var source = new CancellationTokenSource();
        ITimer? timer = null;
        timer = loop.CreateTimer("t", () =>
        {
            source.Cancel();
            timer!.ArmAt(loop.NowPs + 1);
        });
        timer.ArmAt(1);

        Assert.That(() => loop.RunUntil(() => false, 1_000_000, source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(loop.EventsRun, Is.EqualTo(1));
    }

    [Test]
    public void RunUntilIdle_BackgroundTimerLeft_ComesToRest()
    {
        var loop = new EventLoop();
        ITimer? heartbeat = null;
        int beats = 0;
        heartbeat = loop.CreateBackgroundTimer("health", () =>
        {
            beats++;
            heartbeat!.ArmAt(loop.NowPs + 10);
        });
        heartbeat.ArmAt(10);
        loop.CreateTimer("work", () => { }).ArmAt(35);

        bool rested = loop.RunUntilIdle(1_000_000);

        Assert.That((rested, beats, loop.NowPs), Is.EqualTo((true, 3, 35L)));
    }

    [Test]
    public void RunNext_TimeStandsStill_Throws()
    {
        var loop = new EventLoop();
        ITimer? timer = null;
        timer = loop.CreateTimer("stuck", () => timer!.ArmAt(0));
        timer.ArmAt(0);

        Assert.That(() => loop.RunUntil(() => false, 1), Throws.InstanceOf<ModelException>().With.Message.Contains("stuck"));
    }

    [Test]
    public void RunNext_UnderSynchronizationContext_RunsContinuationsInline()
    {
        var loop = new EventLoop();
        var source = new TaskCompletionSource();
        int thread = 0;
        loop.CreateTimer("t", source.SetResult).ArmAt(1);
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new OtherContext());

        Task waiting = Wait();
        loop.RunNext();
        SynchronizationContext? after = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(before);

        Assert.That((waiting.IsCompleted, thread), Is.EqualTo((true, Environment.CurrentManagedThreadId)));
        Assert.That(after, Is.InstanceOf<OtherContext>(), "the caller's context is back");

        async Task Wait()
        {
            await source.Task.ConfigureAwait(false);
            thread = Environment.CurrentManagedThreadId;
        }
    }

    [Test]
    public void Arming_Repeated_AllocatesNothing()
    {
        var loop = new EventLoop();
        ITimer[] timers = [.. Enumerable.Range(0, 50).Select(i => loop.CreateTimer($"t{i}", () => { }))];
        Cycle(loop, timers);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Cycle(loop, timers);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void Heap_RandomOperations_FiresAsSortedReference()
    {
        Gen.Int[0, 3].Select(Gen.Int[0, 19], Gen.Int[0, 30]).Array[1, 200].Sample(steps =>
        {
            var loop = new EventLoop();
            List<int> fired = [];
            ITimer[] timers = [.. Enumerable.Range(0, 20).Select(i => loop.CreateTimer($"t{i}", () => fired.Add(i)))];
            SortedDictionary<(long Deadline, int Order), int> reference = [];
            Dictionary<int, (long, int)> armed = [];
            int order = 0;
            foreach ((int operation, int timer, int delay) in steps)
            {
                switch (operation)
                {
                    case 0:
                    case 1:
                        Disarm(timer);
                        armed[timer] = (loop.NowPs + delay, order++);
                        reference.Add(armed[timer], timer);
                        timers[timer].ArmAt(loop.NowPs + delay);
                        break;
                    case 2:
                        Disarm(timer);
                        timers[timer].Cancel();
                        break;
                    default:
                        int before = fired.Count;
                        bool ran = loop.RunNext();
                        if (ran != (reference.Count > 0))
                        {
                            return false;
                        }

                        if (ran)
                        {
                            int expected = reference.First().Value;
                            if (fired.Count != before + 1 || fired[^1] != expected || loop.NowPs != reference.First().Key.Deadline)
                            {
                                return false;
                            }

                            Disarm(expected);
                        }

                        break;
                }
            }

            return loop.Pending().Select(p => p.Name).SequenceEqual(reference.Values.Select(i => $"t{i}"));

            void Disarm(int timer)
            {
                if (armed.Remove(timer, out (long, int) key))
                {
                    reference.Remove(key);
                }
            }
        });
    }

    [Test]
    public void Scope_TraceTimers_ReportsNameAndTime()
    {
        var loop = new EventLoop();
        var recorder = new EventRecorder();
        var scope = new SchedulerScope(loop, new TraceSource(loop, 3) { Sink = recorder }) { TraceTimers = true };
        scope.CreateTimer("txq0", () => { }).ArmAt(42);

        loop.RunNext();

        Assert.That(recorder.Events, Is.EqualTo(new[] { new TraceEvent { Kind = TraceEventKind.TimerFired, Text = "txq0", TimePs = 42, Device = 3 } }));
    }

    [Test]
    public void Scope_Retired_NeitherFiresNorArms()
    {
        var loop = new EventLoop();
        var scope = new SchedulerScope(loop);
        ITimer timer = scope.CreateTimer("t", () => { });
        timer.ArmAt(1);

        scope.Retire();
        timer.ArmAt(2);

        Assert.That((loop.Count, timer.DeadlinePs), Is.EqualTo((0, (long?)null)));
    }

    [Test]
    public void Scope_TakeOver_KeepsPlaceAmongEqualDeadlines()
    {
        var loop = new EventLoop();
        List<string> fired = [];
        var old = new SchedulerScope(loop);
        var successor = new SchedulerScope(loop);
        old.CreateTimer("a", () => fired.Add("old")).ArmAt(10);
        loop.CreateTimer("other", () => fired.Add("other")).ArmAt(10);
        successor.CreateTimer("a", () => fired.Add("new")).ArmAt(10);

        successor.TakeOver(old);
        loop.RunUntilIdle(100);

        Assert.That(fired, Is.EqualTo(new[] { "new", "other" }));
    }

    private sealed class OtherContext : SynchronizationContext;

    private static void Cycle(EventLoop loop, ITimer[] timers)
    {
        for (int i = 0; i < timers.Length; i++)
        {
            timers[i].ArmAt(loop.NowPs + ((i * 7919) % 50));
        }

        while (loop.RunNext())
        {
        }
    }
}
