using NicEmu.Board;
using NicEmu.Board.Links;
using NicEmu.Board.Time;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Tests.Unit.Board;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice;

/// <summary>Two cards with their drivers on one cable, and nothing above the drivers: B keeps what it receives.</summary>
internal sealed class TwoCards
{
    private const long SecondPs = 1_000_000_000_000;

    public TwoCards(NicOptions? a = null, NicOptions? b = null)
    {
        var cable = new PairLink(Loop);
        var boardA = new NicBoard(Loop, cable.A);
        var boardB = new NicBoard(Loop, cable.B, new NicBoardOptions { Number = 1 });
        boardA.Trace.Sink = Recorder;
        boardB.Trace.Sink = Recorder;
        A = new(boardA.Bus, Loop, new Client(), a ?? new(), "a");
        B = new(boardB.Bus, Loop, Received, b ?? new(), "b");
        A.Start();
        B.Start();
        Assert.That(Loop.RunUntil(() => A.LinkUp && B.LinkUp, SecondPs), Is.True, $"{A.Error} {B.Error}");
    }

    public EventLoop Loop { get; } = new();

    public EventRecorder Recorder { get; } = new();

    public Client Received { get; } = new();

    public NicDriver A { get; }

    public NicDriver B { get; }

    public int InterruptsOfB => Recorder.Events.Count(static e => e is { Device: 1, Kind: TraceEventKind.InterruptRaised });

    public IEnumerable<byte[]> OnTheWire => Recorder.Events.Select((e, i) => (e.Kind, Data: Recorder.Data[i])).Where(static p => p.Kind == TraceEventKind.FrameSent).Select(static p => p.Data);

    public IEnumerable<TraceEvent> Errors => Recorder.Events.Where(static e => e.Kind == TraceEventKind.GuestError);

    public void Send(byte[] frame) => Assert.That(A.TrySend(0, new TxFrame { Headers = frame }), Is.True);

    public void Run(long ps = 10_000_000_000) => Loop.RunUntil(static () => false, ps);

    /// <summary>Keeps frames with their queue and completion.</summary>
    public sealed class Client : INicClient
    {
        public List<(int Queue, byte[] Frame, RxCompletion Completion)> Frames { get; } = [];

        void INicClient.OnFrame(int queue, ReadOnlySpan<byte> frame, in RxCompletion completion) => Frames.Add((queue, frame.ToArray(), completion));
    }
}
