using System.Buffers.Binary;
using CsCheck;
using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Port;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Core;

internal sealed class TlsTransmitTests
{
    private const uint Start = 0xFFFF_F000;
    private const ulong FirstNumber = 7;
    private const TxOffloads TlsTso = TxOffloads.Tls | TxOffloads.Segmentation;

    private static readonly RecordOracle s_oracle = new(TlsVersion.Tls12, TlsCipher.Aes128Gcm);

    [Test]
    public void Submit_AnyCutOfAnyRecords_IsOnTheWireWhatTheOracleSays(
        [Values(TlsVersion.Tls12, TlsVersion.Tls13)] TlsVersion version, [Values] TlsCipher cipher, [Values] bool ipv6)
    {
        var oracle = new RecordOracle(version, cipher);
        Gen.Select(Gen.OneOf(Gen.Int[0, 40], Gen.Int[1000, 4000]).Array[1, 6], Gen.OneOf(Gen.Int[1, 30], Gen.Int[500, 9000]).Array[1, 30], Gen.Int[100, 1440]).Sample(
            (lengths, cuts, mss) =>
            {
                var nic = new NullPersonality();
                ulong handle = Install(nic, oracle, 2);
                (byte[] plain, byte[] wire) = oracle.Stream(lengths, FirstNumber);
                foreach ((int start, int count) in Pieces(plain.Length, cuts))
                {
                    byte[] chain = Chain(plain, start, count) is var c && ipv6 ? (c with { Ipv6 = true }).Build() : Chain(plain, start, count).Build();
                    TxOutcome outcome = nic.Submit(chain, TlsTso, mss, ipv6 ? 74 : 54, handle: handle, queue: 2);
                    nic.Scheduler.RunAll();
                    if (outcome.Status != TxStatus.Ok)
                    {
                        return false;
                    }
                }

                return StreamOf(nic).AsSpan().SequenceEqual(wire) && TraceNamesFirstRecords(nic, handle, lengths, oracle);
            },
            iter: 20);
    }

    [Test]
    public void Submit_WithoutPayload_LeavesUntouchedAndMovesNothing()
    {
        var nic = new NullPersonality();
        ulong handle = Install(nic, s_oracle);
        byte[] ack = new TcpFrame { Sequence = 12345, Flags = 0x10 }.Build();
        byte[] before = Query(nic, handle);

        TxOutcome outcome = nic.Submit(ack, TxOffloads.Tls, headerLength: 54, handle: handle);
        nic.Scheduler.RunAll();

        Assert.That(outcome, Is.EqualTo(new TxOutcome(TxStatus.Ok, 1, false)));
        Assert.That(nic.Link.Sent.Single(), Is.EqualTo(ack));
        Assert.That(Query(nic, handle), Is.EqualTo(before));
        Assert.That(nic.Core.Statistics.TxTlsPackets, Is.Zero);
    }

    private static IEnumerable<TestCaseData> Refusals()
    {
        (byte[] plain, _) = s_oracle.Stream([50, 50], FirstNumber);
        byte[] good = Chain(plain, 0, plain.Length).Build();
        byte[] malformed = [.. good];
        malformed[55] = 9;
        byte[] late = (Chain(plain, 0, plain.Length) with { Sequence = Start + 1 }).Build();
        byte[] early = (Chain(plain, 0, plain.Length) with { Sequence = Start - 1 }).Build();
        byte[] secondMalformed = [.. good];
        secondMalformed[54 + 79 + 1] = 9;
        yield return Case("NotInSequence", late, 0, 0UL, TxStatus.NotInSequence);
        yield return Case("BeforeStart", early, 0, 0UL, TxStatus.BeforeStart);
        yield return Case("HeaderMalformed", malformed, 0, 0UL, TxStatus.RecordMalformed);
        yield return Case("SecondHeaderMalformed", secondMalformed, 0, 0UL, TxStatus.RecordMalformed);
        yield return Case("WrongQueue", good, 1, 0UL, TxStatus.WrongQueue);
        yield return Case("UnknownHandle", good, 0, 0x0123_4567_89AB_CDEFUL, TxStatus.ContextInvalid);
        yield return Case("HeaderLengthWrong", good, 0, 0UL, TxStatus.HeadersMalformed, 53);

        static TestCaseData Case(string name, byte[] frame, int queue, ulong handle, TxStatus status, int headerLength = 54) =>
            new TestCaseData(frame, queue, handle, headerLength, status).SetName($"Submit_{name}_SendsNothingAndMovesNothing");
    }

    [TestCaseSource(nameof(Refusals))]
    public void Submit_Bad_SendsNothingAndMovesNothing(byte[] frame, int queue, ulong otherHandle, int headerLength, TxStatus expected)
    {
        var nic = new NullPersonality();
        ulong handle = Install(nic, s_oracle);
        byte[] before = Query(nic, handle);

        TxOutcome outcome = nic.Submit(frame, TxOffloads.Tls, headerLength: headerLength, handle: otherHandle == 0 ? handle : otherHandle, queue: queue);
        nic.Scheduler.RunAll();

        Assert.That(outcome, Is.EqualTo(new TxOutcome(expected, 0, false)));
        Assert.That((nic.Link.Count, nic.Core.Statistics.TxErrors, nic.Core.Statistics.TxTlsErrors, nic.Trace.GuestErrors), Is.EqualTo((0, 1UL, 1UL, 1L)));
        Assert.That(Query(nic, handle), Is.EqualTo(before));
    }

    [Test]
    public void Submit_TurnedAwayOrWhileDown_MovesNothing()
    {
        var nic = new NullPersonality();
        ulong handle = Install(nic, s_oracle);
        (byte[] plain, byte[] wire) = s_oracle.Stream([1000], FirstNumber);
        byte[] chain = Chain(plain, 0, plain.Length).Build();
        while (!nic.Submit(new byte[100]).Backpressure)
        {
        }

        byte[] before = Query(nic, handle);
        TxOutcome full = nic.Submit(chain, TxOffloads.Tls, handle: handle);
        nic.Link.SetUp(false);
        TxOutcome down = nic.Submit(chain, TxOffloads.Tls, handle: handle);
        byte[] after = Query(nic, handle);
        nic.Link.SetUp(true);
        TxOutcome accepted = nic.Submit(chain, TxOffloads.Tls, handle: handle);
        nic.Scheduler.RunAll();

        Assert.That((full.Backpressure, down.Status, accepted.Status), Is.EqualTo((true, TxStatus.LinkDown, TxStatus.Ok)));
        Assert.That(after, Is.EqualTo(before));
        Assert.That(StreamOf(nic), Is.EqualTo(wire));
    }

    // Inside the first record, over a tag into the next, at a record's start.
    [TestCase(30, 200)]
    [TestCase(990, 100)]
    [TestCase(1029, 500)]
    public void PositionAndReplay_Retransmission_IsTheSameBytesAndNamesItsRecord(int offset, int length)
    {
        var nic = new NullPersonality();
        ulong handle = Install(nic, s_oracle);
        (byte[] plain, byte[] wire) = s_oracle.Stream([1000, 1000, 1000], FirstNumber);
        nic.Submit(Chain(plain, 0, plain.Length).Build(), TlsTso, 1448, 54, handle: handle);
        nic.Scheduler.RunAll();
        nic.Events.Clear();
        nic.Link.Sent.Clear();
        byte[] before = Query(nic, handle)[..48];
        int record = offset / 1029;
        int replay = offset - (record * 1029);

        TxStatus position = nic.Core.Position(0, Place(handle, plain, record));
        TxStatus replayed = replay == 0 ? TxStatus.Ok : nic.Core.Replay(0, handle, plain.AsSpan(record * 1029, replay));
        TxOutcome outcome = nic.Submit(Chain(plain, offset, length).Build(), TxOffloads.Tls, headerLength: 54, handle: handle);
        nic.Scheduler.RunAll();

        Assert.That((position, replayed, outcome.Status), Is.EqualTo((TxStatus.Ok, TxStatus.Ok, TxStatus.Ok)));
        Assert.That(nic.Link.Sent.Single()[54..], Is.EqualTo(wire[offset..(offset + length)]));
        Assert.That(Query(nic, handle)[..48], Is.EqualTo(before), "the in-order state is untouched");
        TraceEvent sent = nic.Events.Single(e => e.Event.Kind == TraceEventKind.FrameSent).Event;
        Assert.That((sent.Handle, sent.RecordNumber, sent.TcpSequence), Is.EqualTo((handle, FirstNumber + (ulong)record, unchecked(Start + (uint)offset))));
        Assert.That((nic.Core.Statistics.TxTlsOutOfSequence, nic.Core.Statistics.TxTlsReplayBytes), Is.EqualTo((1UL, (ulong)replay)));
    }

    [Test]
    public void Position_FollowedByAPlainChain_IsBrokenAndGone()
    {
        var nic = new NullPersonality();
        ulong handle = Install(nic, s_oracle);
        (byte[] plain, _) = s_oracle.Stream([1000], FirstNumber);
        nic.Core.Position(0, Place(handle, plain, 0));

        TxOutcome other = nic.Submit(new byte[100]);
        bool waits = nic.Core.CancelPosition(0);

        Assert.That((other.Status, waits, nic.Link.Count), Is.EqualTo((TxStatus.SequenceBroken, false, 0)));
    }

    [Test]
    public void Position_FollowedByAChainThatIsRefused_IsGone()
    {
        var nic = new NullPersonality();
        ulong handle = Install(nic, s_oracle);
        (byte[] plain, _) = s_oracle.Stream([1000], FirstNumber);
        nic.Core.Position(0, Place(handle, plain, 0));

        TxOutcome refused = nic.Submit(Chain(plain, 0, 100).Build(), TxOffloads.Tls, headerLength: 53, handle: handle);

        Assert.That((refused.Status, nic.Core.CancelPosition(0)), Is.EqualTo((TxStatus.HeadersMalformed, false)));
    }

    [Test]
    public void Position_OnAnotherQueue_LeavesThisOneAlone()
    {
        var nic = new NullPersonality();
        ulong handle = Install(nic, s_oracle);
        (byte[] plain, _) = s_oracle.Stream([1000], FirstNumber);
        nic.Core.Position(0, Place(handle, plain, 0));

        TxOutcome other = nic.Submit(new byte[100], queue: 1);

        Assert.That((other.Status, nic.Core.CancelPosition(0)), Is.EqualTo((TxStatus.Ok, true)));
    }

    [Test]
    public void MacPort_ChainWithTlsThatNobodyEncrypted_IsStoppedAndReported()
    {
        var client = new StoppedPort();
        var link = new CaptureLink();
        var scheduler = new ManualScheduler();
        var port = new MacPort(70000, scheduler, new TraceSource(scheduler, 0), new CounterFile(), client);
        port.Attach(link);
        port.SetAdmin(true);
        byte[] frame = new TcpFrame { Payload = [1] }.Build();
        TxChain chain = port.Stage(frame);
        chain.Layout = FrameParser.Parse(frame);
        chain.Offloads = TxOffloads.Tls;
        chain.Handle = 42;

        port.Enqueue();
        scheduler.RunAll();

        Assert.That((client.Stopped, link.Count), Is.EqualTo((42UL, 0)));
    }

    [Test]
    public void Submit_TlsInSteadyState_AllocatesNothing()
    {
        var nic = new NullPersonality(traced: false);
        nic.Link.Keep = false;
        ulong handle = Install(nic, s_oracle);
        (byte[] plain, _) = s_oracle.Stream([16000, 16000], FirstNumber);
        byte[] chain = Chain(plain, 0, plain.Length).Build();
        Run(nic, chain, handle, plain.Length);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Run(nic, chain, handle, plain.Length);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(nic.Core.Statistics.TxTlsErrors, Is.Zero);

        static void Run(NullPersonality nic, byte[] chain, ulong handle, int length)
        {
            for (int i = 0; i < 20; i++)
            {
                var request = new TxRequest { Offloads = TlsTso, Mss = 1448, HeaderLength = 54, Handle = handle, Frame = chain };
                nic.Core.Submit(ref request);
                nic.Scheduler.RunAll();
                uint sequence = BinaryPrimitives.ReadUInt32BigEndian(chain.AsSpan(38));
                BinaryPrimitives.WriteUInt32BigEndian(chain.AsSpan(38), unchecked(sequence + (uint)length));
            }
        }
    }

    internal static ulong Install(NullPersonality nic, RecordOracle oracle, int queue = 0)
    {
        CoreStatus made = nic.Core.CreateKey(oracle.Cipher, oracle.Key, 0, out ulong key);
        var parameters = new TxContextParameters
        {
            KeyHandle = key,
            Version = oracle.Version,
            Queue = queue,
            Iv = oracle.Iv,
            StartSequence = Start,
            RecordNumber = FirstNumber,
        };
        CoreStatus installed = nic.Core.InstallTx(parameters, out ulong handle);
        return (made, installed) == (CoreStatus.Ok, CoreStatus.Ok) ? handle : throw new InvalidOperationException($"{made} {installed}");
    }

    internal static IEnumerable<(int Start, int Count)> Pieces(int length, int[] cuts)
    {
        int start = 0;
        for (int i = 0; start < length; i++)
        {
            int count = Math.Min(i < cuts.Length ? cuts[i] : 5000, length - start);
            yield return (start, count);
            start += count;
        }
    }

    private static TcpFrame Chain(byte[] stream, int start, int count) => new()
    {
        Sequence = unchecked(Start + (uint)start),
        Payload = stream.AsSpan(start, count).ToArray(),
        TcpOptions = [],
    };

    private static PositionParameters Place(ulong handle, byte[] plain, int record) => new()
    {
        Handle = handle,
        RecordStartSequence = unchecked(Start + (uint)(record * 1029)),
        RecordNumber = FirstNumber + (ulong)record,
        ExplicitNonce = BinaryPrimitives.ReadUInt64BigEndian(plain.AsSpan((record * 1029) + 5)),
        LengthField = 1024,
        RecordType = 23,
        HeaderVersion = 0x0303,
    };

    private static byte[] Query(NullPersonality nic, ulong handle)
    {
        var snapshot = new byte[64];
        nic.Core.Query(handle, snapshot);
        return snapshot;
    }

    private static byte[] StreamOf(NullPersonality nic)
    {
        var stream = new List<byte>();
        foreach (byte[] frame in nic.Link.Sent)
        {
            FrameLayout layout = FrameParser.Parse(frame);
            if (layout.IsTcp)
            {
                stream.AddRange(frame[layout.PayloadOffset..]);
            }
        }

        return [.. stream];
    }

    private static bool TraceNamesFirstRecords(NullPersonality nic, ulong handle, int[] lengths, RecordOracle oracle)
    {
        int overhead = oracle.Version == TlsVersion.Tls13 ? 22 : oracle.Cipher == TlsCipher.ChaCha20Poly1305 ? 21 : 29;
        foreach ((TraceEvent e, _) in nic.Events.Where(e => e.Event.Kind == TraceEventKind.FrameSent))
        {
            int offset = unchecked((int)(e.TcpSequence - Start));
            int record = 0;
            int end = lengths[0] + overhead;
            while (offset >= end)
            {
                end += lengths[++record] + overhead;
            }

            if (e.Handle != handle || e.RecordNumber != FirstNumber + (ulong)record)
            {
                return false;
            }
        }

        return true;
    }

    private sealed class StoppedPort : IMacPortClient
    {
        public ulong Stopped { get; private set; }

        public void FrameReceived(ReadOnlySpan<byte> frame)
        {
        }

        public void RoomAvailable()
        {
        }

        public void LinkChanged(bool up)
        {
        }

        public void PlaintextStopped(ulong handle) => Stopped = handle;
    }
}
