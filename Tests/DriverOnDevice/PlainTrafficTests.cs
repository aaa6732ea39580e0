using NicEmu.Board;
using NicEmu.Board.Links;
using NicEmu.Board.Time;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Nic;
using NicEmu.Net;
using NicEmu.Spec.Events;
using NicEmu.Spec.Seams;
using NicEmu.Tests.Unit.Board;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice;

/// <summary>Two machines without TLS: frames through rings, interrupts, faults.</summary>
public sealed class PlainTrafficTests
{
    private const long SecondPs = 1_000_000_000_000;

    [Test]
    public void BringUp_FreshBoard_CardRunsWithoutMistakes()
    {
        var pair = new Machines();

        pair.BringUp();

        Assert.That((pair.A.Nic.State, pair.A.Nic.LinkUp, pair.B.Nic.State), Is.EqualTo((NicState.Running, true, NicState.Running)));
        Assert.That(pair.Errors, Is.Empty);
        Assert.That(pair.A.Nic.StationAddress.ToArray(), Is.EqualTo(new byte[] { 0x02, 0x4E, 0x1D, 0x00, 0x00, 0x01 }));
    }

    [Test]
    public void Send_OneFrameEachWay_CrossesWireUnchanged()
    {
        var pair = new Machines();
        pair.BringUp();
        byte[] toB = Frame(0x02, 0x01, 100);
        byte[] toA = Frame(0x01, 0x02, 1514);

        bool posted = pair.A.Nic.TrySend(0, new TxFrame { Headers = toB }) & pair.B.Nic.TrySend(0, new TxFrame { Headers = toA.AsSpan(0, 14), Payload = toA.AsSpan(14) });
        int sentInside = pair.Frames(TraceEventKind.FrameSent).Count;
        pair.Loop.RunUntil(() => pair.Frames(TraceEventKind.HostFrameReceived).Count >= 2, SecondPs);

        Assert.That((posted, sentInside), Is.EqualTo((true, 0)), "a doorbell write does no work");
        Assert.That(pair.Frames(TraceEventKind.FrameSent), Is.EquivalentTo(new[] { toB, toA }));
        Assert.That(pair.Frames(TraceEventKind.FrameReceived), Is.EquivalentTo(new[] { toB, toA }));
        Assert.That(pair.Frames(TraceEventKind.HostFrameReceived), Is.EquivalentTo(new[] { toB, toA }), "whole frames, byte for byte");
        Assert.That(pair.Errors, Is.Empty);
    }

    [Test]
    public void Interrupt_AfterCompletion_ComesAfterItsDmaWrite()
    {
        var pair = new Machines();
        pair.BringUp();
        pair.A.Nic.TrySend(0, new TxFrame { Headers = Frame(0x02, 0x01, 60) });
        pair.Loop.RunUntil(() => pair.Frames(TraceEventKind.HostFrameReceived).Count > 0, SecondPs);
        pair.Loop.RunUntil(() => pair.Recorder.Events.FindLast(e => e.Device == 1).Kind == TraceEventKind.MmioWrite, SecondPs);

        List<TraceEvent> atB = [.. pair.Recorder.Events.Where(e => e.Device == 1)];
        int delivered = atB.FindIndex(e => e.Kind == TraceEventKind.HostFrameReceived);
        int raised = atB.FindIndex(delivered, e => e.Kind == TraceEventKind.InterruptRaised);

        Assert.That(raised, Is.Positive);
        Assert.That(atB[..raised].FindLastIndex(e => e.Kind == TraceEventKind.DmaWrite), Is.GreaterThan(delivered), "completion in memory first");
    }

    [Test]
    public void Tcp_BothWays_ArrivesThroughRings()
    {
        var pair = new Machines();
        pair.BringUp();
        byte[] content = new byte[300_000];
        new SeededRandom(8).Fill(content);
        using var atServer = new MemoryStream();
        pair.B.Listen(9, socket => socket.Readable = () => Drain(socket, atServer));
        HostSocket client = pair.A.Connect(Machines.AddressB, 9);
        int written = 0;
        client.Opened = client.Writable = () => written += client.Write(content.AsSpan(written));

        bool done = pair.Loop.RunUntil(() => atServer.Length == content.Length, 10 * SecondPs);

        Assert.That(done, Is.True);
        Assert.That(atServer.ToArray(), Is.EqualTo(content));
        Assert.That(pair.Errors, Is.Empty);
    }

    [Test]
    public void SurpriseRemoval_UnderTraffic_FailsDriverAndNothingElse()
    {
        var pair = new Machines();
        pair.BringUp();
        NicError? seen = null;
        pair.A.Failed = error => seen = error;
        pair.A.Connect(Machines.AddressB, 9);

        pair.BoardA.Bus.IsRemoved = true;
        pair.Loop.RunUntil(() => seen is not null, 5 * SecondPs);

        Assert.That((seen, pair.A.Nic.State), Is.EqualTo(((NicError?)NicError.Removed, NicState.Failed)));
        Assert.That(pair.B.Nic.State, Is.EqualTo(NicState.Running));
    }

    [Test]
    public void Dma_FailsAtEveryTransaction_NeverThrowsNorHangs([Range(0, 119, 7)] int offset)
    {
        for (int n = offset; n < offset + 7; n++)
        {
            var pair = new Machines();
            pair.BoardA.Port.FailAt(n);
            pair.A.Start();
            pair.B.Start();
            pair.Loop.RunUntil(() => pair.A.IsReady && pair.B.IsReady, SecondPs);
            if (pair.A.IsReady)
            {
                pair.B.Listen(9, socket => socket.Readable = () => Drain(socket, Stream.Null));
                HostSocket client = pair.A.Connect(Machines.AddressB, 9);
                client.Opened = () => client.Write(new byte[20_000]);
                pair.Loop.RunUntil(() => client.Connection.SendUnacknowledged == client.Connection.SendNext && client.Connection.SendBufferFree == 262144, 3 * SecondPs);
            }

            bool wasHit = pair.BoardA.Port.Failures == 1;

            Assert.That(pair.A.Nic.State, Is.EqualTo(NicState.Running).Or.EqualTo(NicState.Failed).Or.EqualTo(NicState.Starting), $"transaction {n}");
            Assert.That(pair.Errors.All(e => e.Code == (int)GuestErrorCode.DmaFault), Is.True, $"transaction {n}");
            Assert.That(!wasHit || pair.Errors.Count > 0 || pair.Recorder.Events.Exists(e => e.Kind == TraceEventKind.InterruptRaised && e.Code == (int)BusStatus.Aborted), Is.True, $"transaction {n}");
        }
    }

    [Test]
    public void Idle_AfterBringUp_ComesToRestDespiteHeartbeat()
    {
        var pair = new Machines();
        pair.BringUp();

        Assert.That(pair.Loop.RunUntilIdle(SecondPs), Is.True);
    }

    [Test]
    public void BringUp_WithoutFirmware_FailsWithThatReason()
    {
        var loop = new EventLoop();
        var board = new NicBoard(loop, null, new NicBoardOptions { HasFirmware = false });
        HostKernel host = board.CreateHost(new HostOptions { Ipv4Address = Machines.AddressB });
        host.Start();

        loop.RunUntil(() => host.Nic.State == NicState.Failed, SecondPs);

        Assert.That((host.Nic.State, host.Nic.Error), Is.EqualTo((NicState.Failed, NicError.FirmwareAbsent)));
    }

    private static void Drain(HostSocket socket, Stream sink)
    {
        byte[] buffer = new byte[8192];
        while (socket.Read(buffer) is var count and > 0)
        {
            sink.Write(buffer, 0, count);
        }
    }

    private static byte[] Frame(byte to, byte from, int length)
    {
        byte[] frame = new byte[length];
        new SeededRandom(to).Fill(frame);
        byte[] header = [0x02, 0x4E, 0x1D, 0, 0, to, 0x02, 0x4E, 0x1D, 0, 0, from, 0x88, 0xB5];
        header.CopyTo(frame, 0);
        return frame;
    }

    private sealed class Machines
    {
        public static readonly IpAddress AddressA = IpAddress.Parse("10.0.0.1");
        public static readonly IpAddress AddressB = IpAddress.Parse("10.0.0.2");

        public Machines()
        {
            var cable = new PairLink(Loop);
            BoardA = new NicBoard(Loop, cable.A);
            BoardB = new NicBoard(Loop, cable.B, new NicBoardOptions { Number = 1 });
            BoardA.Trace.Sink = Recorder;
            BoardB.Trace.Sink = Recorder;
            A = BoardA.CreateHost(new HostOptions { Ipv4Address = AddressA, Seed = 1 });
            B = BoardB.CreateHost(new HostOptions { Ipv4Address = AddressB, Seed = 2 });
        }

        public EventLoop Loop { get; } = new();

        public EventRecorder Recorder { get; } = new();

        public NicBoard BoardA { get; }

        public NicBoard BoardB { get; }

        public HostKernel A { get; }

        public HostKernel B { get; }

        public List<TraceEvent> Errors => Recorder.Events.FindAll(e => e.Kind == TraceEventKind.GuestError);

        public void BringUp()
        {
            A.Start();
            B.Start();
            Assert.That(Loop.RunUntil(() => A.IsReady && B.IsReady && A.Nic.LinkUp && B.Nic.LinkUp, SecondPs), Is.True, "bring-up");
        }

        public List<byte[]> Frames(TraceEventKind kind)
        {
            List<byte[]> frames = [];
            for (int i = 0; i < Recorder.Events.Count; i++)
            {
                if (Recorder.Events[i].Kind == kind)
                {
                    frames.Add(Recorder.Data[i]);
                }
            }

            return frames;
        }
    }
}
