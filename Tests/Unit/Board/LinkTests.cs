using NicEmu.Board;
using NicEmu.Board.Links;
using NicEmu.Board.Time;
using NicEmu.Spec.Events;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Board;

public sealed class LinkTests
{
    private static readonly byte[] Frame = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x88, 0xB5, 0xAA, 0xBB];

    [Test]
    public void PairLink_Send_ArrivesAfterPropagationAndNotInside()
    {
        var loop = new EventLoop();
        var cable = new PairLink(loop, delayPs: 777);
        List<byte[]> arrived = [];
        cable.B.OnReceived(frame => arrived.Add(frame.ToArray()));

        cable.A.Send(Frame.AsSpan(0, 14), Frame.AsSpan(14));
        int inside = arrived.Count;
        loop.RunUntilIdle(1_000_000);

        Assert.That((inside, loop.NowPs), Is.EqualTo((0, 777L)));
        Assert.That(arrived, Is.EqualTo(new[] { Frame }));
    }

    [Test]
    public void PairLink_ManyFramesBothWays_KeepOrder()
    {
        var loop = new EventLoop();
        var cable = new PairLink(loop);
        List<byte> atA = [];
        List<byte> atB = [];
        cable.A.OnReceived(frame => atA.Add(frame[0]));
        cable.B.OnReceived(frame => atB.Add(frame[0]));

        for (byte i = 0; i < 100; i++)
        {
            cable.A.Send([i], default);
            cable.B.Send([(byte)(i + 100)], default);
        }

        loop.RunUntilIdle(1_000_000_000);

        Assert.That(atB, Is.EqualTo(Enumerable.Range(0, 100).Select(i => (byte)i)));
        Assert.That(atA, Is.EqualTo(Enumerable.Range(100, 100).Select(i => (byte)i)));
    }

    [Test]
    public void PairLink_Cut_LosesFramesOnTheirWayAndTellsBothEnds()
    {
        var loop = new EventLoop();
        var cable = new PairLink(loop);
        List<string> seen = [];
        cable.A.OnStateChanged(up => seen.Add($"A {up}"));
        cable.B.OnStateChanged(up => seen.Add($"B {up}"));
        cable.B.OnReceived(_ => seen.Add("frame"));
        cable.A.Send(Frame, default);

        cable.IsUp = false;
        cable.A.Send(Frame, default);
        loop.RunUntilIdle(1_000_000_000);
        cable.IsUp = true;
        cable.A.Send(Frame, default);
        loop.RunUntilIdle(1_000_000_000);

        Assert.That(seen, Is.EqualTo(new[] { "A False", "B False", "A True", "B True", "frame" }));
    }

    [Test]
    public void LoopbackLink_Send_ComesBack()
    {
        var loop = new EventLoop();
        var link = new LoopbackLink(loop);
        List<byte[]> arrived = [];
        link.OnReceived(frame => arrived.Add(frame.ToArray()));

        link.Send(Frame, default);
        loop.RunUntilIdle(1_000_000_000);

        Assert.That(arrived, Is.EqualTo(new[] { Frame }));
    }

    [Test]
    public void NullLink_Send_CountsFramesAndBytes()
    {
        var link = new NullLink();

        link.Send(Frame.AsSpan(0, 14), Frame.AsSpan(14));
        link.Send(Frame, default);

        Assert.That((link.Frames, link.Bytes), Is.EqualTo((2L, 32L)));
    }

    [Test]
    public void LossyLink_DataSegmentRule_DropsThatSegmentOnlyAndReportsIt()
    {
        (EventLoop loop, LossyLink link, List<byte[]> arrived, EventRecorder events) = Lossy();
        link.Outgoing.Add(FrameRule.DataSegment(1));
        byte[][] frames = [TestFrames.Tcp4(99, 0, flags: 0x02), TestFrames.Tcp4(100, 10), TestFrames.Tcp4(100, 0), TestFrames.Tcp6(110, 10), TestFrames.Tcp4(110, 10)];

        foreach (byte[] frame in frames)
        {
            link.Send(frame, default);
        }

        loop.RunUntilIdle(1_000_000_000);

        Assert.That(arrived, Is.EqualTo(new[] { frames[0], frames[1], frames[2], frames[4] }));
        Assert.That(events.Events.Select(e => (e.Kind, e.Code)), Is.EqualTo(new[] { (TraceEventKind.NetworkEvent, 1) }));
        Assert.That(events.Data[0], Is.EqualTo(frames[3]));
    }

    [TestCase(1, 1)]
    [TestCase(2, 0)]
    public void LossyLink_StreamByteRule_DropsTransmissionsOfThatByte(int count, int expectedCopies)
    {
        (EventLoop loop, LossyLink link, List<byte[]> arrived, _) = Lossy();
        link.Outgoing.Add(FrameRule.StreamByte(1000, count: count));
        const uint Isn = 0xFFFF_FF00;
        byte[] syn = TestFrames.Tcp4(Isn, 0, flags: 0x02);
        byte[] before = TestFrames.Tcp4(unchecked(Isn + 1), 1000);
        byte[] holder = TestFrames.Tcp4(unchecked(Isn + 1 + 1000), 500);
        byte[] stranger = TestFrames.Tcp4(unchecked(Isn + 1 + 1000), 500, source: 2000);

        foreach (byte[] frame in new[] { syn, before, stranger, holder, holder })
        {
            link.Send(frame, default);
        }

        loop.RunUntilIdle(1_000_000_000);

        Assert.That(arrived.Count(f => f.AsSpan().SequenceEqual(holder)), Is.EqualTo(expectedCopies));
        Assert.That(arrived, Does.Contain(before).And.Contain(stranger));
    }

    [TestCase(NetworkAction.Reordered, new byte[] { 2, 1 })]
    [TestCase(NetworkAction.Duplicated, new byte[] { 1, 2, 1 })]
    [TestCase(NetworkAction.Dropped, new byte[] { 2 })]
    public void LossyLink_Rule_ActsOnFirstFrame(NetworkAction action, byte[] expected)
    {
        (EventLoop loop, LossyLink link, List<byte[]> arrived, _) = Lossy();
        link.Outgoing.Add(FrameRule.Frame(0, action));

        link.Send([1], default);
        link.Send([2], default);
        loop.RunUntilIdle(1_000_000_000);

        Assert.That(arrived.Select(f => f[0]).Order(), Is.EqualTo(expected.Order()));
        Assert.That(action != NetworkAction.Reordered || arrived[0][0] == 2);
    }

    [Test]
    public void LossyLink_Corrupt_FlipsOneBitBehindEthernetHeader()
    {
        (EventLoop loop, LossyLink link, List<byte[]> arrived, _) = Lossy();
        link.Outgoing.Profile = new LossProfile { Corrupt = 1 };

        link.Send(Frame, default);
        loop.RunUntilIdle(1_000_000_000);

        Assert.That(arrived[0].AsSpan(0, 14).SequenceEqual(Frame.AsSpan(0, 14)));
        Assert.That(arrived[0].Zip(Frame, (a, b) => System.Numerics.BitOperations.PopCount((uint)(a ^ b))).Sum(), Is.EqualTo(1));
    }

    [Test]
    public void LossyLink_Incoming_IsDisturbedOnItsOwn()
    {
        var loop = new EventLoop();
        var cable = new PairLink(loop);
        var link = new LossyLink(cable.A, loop, new TraceSource(loop, 0), new SeededRandom(1));
        int arrived = 0;
        link.OnReceived(_ => arrived++);
        link.Incoming.Profile = new LossProfile { Drop = 1 };

        cable.B.Send(Frame, default);
        loop.RunUntilIdle(1_000_000_000);
        link.Incoming.Profile = LossProfile.None;
        cable.B.Send(Frame, default);
        loop.RunUntilIdle(1_000_000_000);

        Assert.That((arrived, link.Incoming.Dropped, link.Outgoing.Frames), Is.EqualTo((1, 1L, 0L)));
    }

    [Test]
    public void LossyLink_SameSeed_SameFate()
    {
        byte[] first = Fates(7);
        byte[] second = Fates(7);
        byte[] other = Fates(8);

        Assert.That(second, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
        Assert.That(first, Has.Length.InRange(860, 940), "1000 frames at 10 % loss");

        static byte[] Fates(ulong seed)
        {
            var loop = new EventLoop();
            var cable = new PairLink(loop);
            var link = new LossyLink(cable.A, loop, new TraceSource(loop, 0), new SeededRandom(seed));
            link.Outgoing.Profile = new LossProfile { Drop = 0.1 };
            List<byte> arrived = [];
            cable.B.OnReceived(frame => arrived.Add(frame[0]));
            for (int i = 0; i < 1000; i++)
            {
                link.Send([(byte)i], default);
            }

            loop.RunUntilIdle(1_000_000_000);
            return [.. arrived];
        }
    }

    [Test]
    public void TesterWire_BothWays_TakesInOrderAndDeliversLater()
    {
        var loop = new EventLoop();
        var wire = new TesterWire(loop, delayPs: 300);
        var clock = new LoopTestClock(loop);
        List<byte[]> atDevice = [];
        wire.OnReceived(frame => atDevice.Add(frame.ToArray()));

        wire.Send(Frame.AsSpan(0, 14), Frame.AsSpan(14));
        wire.Send([7], default);
        wire.SendToDevice(Frame);
        bool arrived = clock.WaitUntil(() => atDevice.Count == 1, 1000);

        Assert.That((arrived, loop.NowPs, wire.Waiting), Is.EqualTo((true, 300L, 2)));
        Assert.That(atDevice, Is.EqualTo(new[] { Frame }));
        Assert.That(wire.TryTakeFromDevice(out byte[] first), Is.True);
        Assert.That(first, Is.EqualTo(Frame));
        Assert.That(wire.TryTakeFromDevice(out byte[] second) && second[0] == 7, Is.True);
        Assert.That(wire.TryTakeFromDevice(out _), Is.False);
        Assert.That(clock.Settle(0), Is.True);
    }

    [Test]
    public void TesterWire_PulledOut_LosesFramesAndTellsDevice()
    {
        var loop = new EventLoop();
        var wire = new TesterWire(loop);
        List<bool> states = [];
        int arrived = 0;
        wire.OnStateChanged(states.Add);
        wire.OnReceived(_ => arrived++);
        wire.SendToDevice(Frame);

        wire.IsUp = false;
        wire.Send(Frame, default);
        wire.SendToDevice(Frame);
        loop.RunUntilIdle(1_000_000_000);

        Assert.That((arrived, wire.Waiting), Is.EqualTo((0, 0)));
        Assert.That(states, Is.EqualTo(new[] { false }));
    }

    [Test]
    public void TcpView_EveryTruncation_IsRefusedOrWithinFrame()
    {
        foreach (byte[] whole in new[] { TestFrames.Tcp4(1, 5), TestFrames.Tcp6(1, 5), TestFrames.Tcp4(1, 5, isTagged: true) })
        {
            Assert.That(TcpView.TryParse(whole, out TcpView view) && view.Payload.Length == 5);
            for (int length = 0; length < whole.Length; length++)
            {
                Assert.That(TcpView.TryParse(whole.AsSpan(0, length), out _), Is.False, $"{length} bytes");
            }
        }
    }

    [Test]
    public void SeededRandom_KnownSeed_GivesPublishedSequence()
    {
        // SplitMix64 with seed 1234567, as in the reference implementation's own check.
        var random = new SeededRandom(1234567);

        Assert.That((random.NextUInt64(), random.NextUInt64()), Is.EqualTo((6457827717110365317UL, 3203168211198807973UL)));
    }

    private static (EventLoop Loop, LossyLink Link, List<byte[]> Arrived, EventRecorder Events) Lossy()
    {
        var loop = new EventLoop();
        var cable = new PairLink(loop);
        var events = new EventRecorder();
        var link = new LossyLink(cable.A, loop, new TraceSource(loop, 0) { Sink = events }, new SeededRandom(1));
        List<byte[]> arrived = [];
        cable.B.OnReceived(frame => arrived.Add(frame.ToArray()));
        return (loop, link, arrived, events);
    }
}
