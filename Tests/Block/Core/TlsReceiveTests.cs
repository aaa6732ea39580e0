using CsCheck;
using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Port;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Core;

internal sealed class TlsReceiveTests
{
    private const uint Start = 0xFFFF_F000;
    private const ulong FirstNumber = 3;
    private const int Segment = 1000;

    private static readonly RecordOracle s_oracle = new(TlsVersion.Tls13, TlsCipher.Aes256Gcm);
    private static readonly int[] s_lengths = [700, 3000, 10, 5000, 2500, 1200, 4000, 900];

    [Test]
    public void Receive_AnyCutOfAnyRecords_IsDeliveredInTheClear(
        [Values(TlsVersion.Tls12, TlsVersion.Tls13)] TlsVersion version, [Values] TlsCipher cipher, [Values] bool ipv6)
    {
        var oracle = new RecordOracle(version, cipher);
        Gen.Select(Gen.OneOf(Gen.Int[0, 40], Gen.Int[1000, 4000]).Array[1, 6], Gen.Int[1, 1400].Array[1, 30], Gen.Bool).Sample(
            (lengths, cuts, tagged) =>
            {
                var nic = new NullPersonality();
                nic.Configure(new PortConfiguration { MacAddress = NullPersonality.Mac, RxEnable = true, VlanStrip = true });
                ulong handle = Install(nic, oracle, ipv6);
                (byte[] plain, byte[] wire) = oracle.Stream(lengths, FirstNumber);
                bool right = true;
                foreach ((int start, int count) in TlsTransmitTests.Pieces(wire.Length, [.. cuts, .. Enumerable.Repeat(1400, 30)]))
                {
                    TcpFrame frame = Packet(wire, start, count) with { Ipv6 = ipv6, Vlan = tagged ? [(0x8100, 5)] : [] };
                    nic.Link.Inject(frame.Build());
                    Delivered d = nic.Deliveries[^1];
                    int headers = frame.HeaderLength - (tagged ? 4 : 0);
                    right &= d.Verdict == RxVerdict.Decrypted && d.Handle == handle && d.Queue == 4 && IsClear(d.Frame.AsSpan(headers), plain.AsSpan(start, count), wire.AsSpan(start, count));
                    right &= d.RecordNumber == RecordAt(lengths, wire.Length, plain, start, FirstNumber);
                }

                return right;
            },
            iter: 20);
    }

    [Test]
    public void Receive_EthernetPadding_StaysBehindTheClearText()
    {
        var nic = new NullPersonality();
        Install(nic, s_oracle);
        (byte[] plain, byte[] wire) = s_oracle.Stream([0], FirstNumber);
        byte[] head = Packet(wire, 0, 4).Build();

        nic.Link.Inject([.. head, 0xAA, 0xBB]);

        Delivered d = nic.Deliveries.Single();
        Assert.That((d.Verdict, d.Frame), Is.EqualTo((RxVerdict.Decrypted, (byte[])[.. head[..54], .. plain[..4], 0xAA, 0xBB])));
    }

    [Test]
    public void Receive_WrongChecksum_DoesNotReachTls()
    {
        var nic = new NullPersonality();
        ulong handle = Install(nic, s_oracle);
        (_, byte[] wire) = s_oracle.Stream([2000], FirstNumber);
        byte[] bad = Packet(wire, 0, Segment).Build();
        bad[60] ^= 1;

        nic.Link.Inject(bad);
        nic.Link.Inject(Packet(wire, 0, Segment).Build());

        Assert.That(
            nic.Deliveries.Select(d => (d.Verdict, d.Reason, d.Handle)),
            Is.EqualTo(new[] { (RxVerdict.NotDecrypted, RxReason.BadChecksum, handle), (RxVerdict.Decrypted, RxReason.None, handle) }));
        Assert.That(nic.Deliveries[0].Frame, Is.EqualTo(bad));
    }

    [Test]
    public void Receive_WithoutABuffer_MovesNothing()
    {
        var nic = new NullPersonality();
        ulong handle = Install(nic, s_oracle);
        (_, byte[] wire) = s_oracle.Stream([2000], FirstNumber);
        nic.Buffers[4] = 0;
        nic.Link.Inject(Packet(wire, 0, Segment).Build());
        nic.Buffers[4] = 10;

        nic.Link.Inject(Packet(wire, 0, Segment).Build());

        Assert.That(nic.Deliveries.Select(d => (d.Verdict, d.Handle)), Is.EqualTo(new[] { (RxVerdict.Decrypted, handle) }), "the retransmission is the first to arrive");
        Assert.That(nic.Core.Statistics.RxNoBuffer, Is.EqualTo(1));
    }

    [Test]
    public void Receive_ResetWhileTheBufferIsTaken_DeliversNothing([Values] bool powerOn)
    {
        var nic = new NullPersonality();
        Install(nic, s_oracle);
        (_, byte[] wire) = s_oracle.Stream([2000], FirstNumber);
        nic.DuringTake = () => nic.Core.Reset(powerOn ? (ushort)1 : (ushort)2);

        nic.Link.Inject(Packet(wire, 0, Segment).Build());

        Assert.That(nic.Deliveries, Is.Empty);
    }

    [Test]
    public void Receive_BeforeActivation_IsSteeredByRssAndPassed()
    {
        var nic = new NullPersonality();
        ulong handle = Install(nic, s_oracle, activate: false);
        (_, byte[] wire) = s_oracle.Stream([2000], FirstNumber);
        byte[] frame = Packet(wire, 0, Segment).Build();
        nic.Link.Inject(frame);

        CoreStatus activated = nic.Core.ActivateRx(handle);
        nic.Link.Inject(frame);

        Assert.That(activated, Is.EqualTo(CoreStatus.Ok));
        Assert.That(
            nic.Deliveries.Select(d => (d.Queue, d.Verdict, d.Reason)),
            Is.EqualTo(new[] { (0, RxVerdict.NotDecrypted, RxReason.Inactive), (4, RxVerdict.Decrypted, RxReason.None) }));
    }

    [Test]
    public void Receive_AfterLosingAHeader_AsksAndGoesOnWithTheAnswer()
    {
        var nic = new NullPersonality();
        ulong handle = Install(nic, s_oracle);
        (byte[] plain, byte[] wire) = s_oracle.Stream(s_lengths, FirstNumber);
        int[] starts = Starts(s_lengths, 22);
        ulong answers = 0;
        int clear = 0;

        for (int start = 0; start < wire.Length; start += Segment)
        {
            if (start == 3000)
            {
                continue;
            }

            byte[] frame = Packet(wire, start, Math.Min(Segment, wire.Length - start)).Build();
            nic.Link.Inject(frame);
            Delivered d = nic.Deliveries[^1];
            if (d.Verdict == RxVerdict.ResyncRequest)
            {
                int record = Array.IndexOf(starts, unchecked((int)(d.CandidateSequence - Start)));
                answers += nic.Core.AnswerResync(ResyncAnswerKind.Acknowledge, handle, d.CandidateSequence, FirstNumber + (ulong)record) == TxStatus.Ok ? 1UL : 0;
            }

            int count = frame.Length - 54;
            clear += d.Verdict == RxVerdict.Decrypted ? 1 : 0;
            bool asItShould = d.Verdict == RxVerdict.Decrypted
                ? IsClear(d.Frame.AsSpan(54), plain.AsSpan(start, count), wire.AsSpan(start, count)) && !d.Frame.AsSpan().SequenceEqual(frame)
                : d.Frame.AsSpan().SequenceEqual(frame);
            Assert.That(asItShould, Is.True, "in the clear, or as on the wire");
        }

        CoreStatistics s = nic.Core.Statistics;
        // Headers are at 0, 722, 3744, 3776, 8798, 11320, 12542 and 16564: 8798 is found, the answer counts from 11320 on.
        Assert.That((answers, clear), Is.EqualTo((1UL, 3 + 6)));
        Assert.That((s.RxTlsResyncRequests, s.RxTlsResyncOk, s.RxTlsPackets + s.RxTlsPassed), Is.EqualTo((answers, answers, (ulong)nic.Deliveries.Count)));
    }

    [Test]
    public void AnswerResync_Unasked_IsStaleAndCounted()
    {
        var nic = new NullPersonality();
        ulong handle = Install(nic, s_oracle);

        TxStatus status = nic.Core.AnswerResync(ResyncAnswerKind.Acknowledge, handle, 1, 1);

        Assert.That((status, nic.Core.Statistics.RxTlsResyncSkipped), Is.EqualTo((TxStatus.AnswerStale, 1UL)));
    }

    [Test]
    public void Receive_WrongTag_IsPassedAndCounted()
    {
        var nic = new NullPersonality();
        Install(nic, s_oracle);
        (_, byte[] wire) = s_oracle.Stream([100], FirstNumber);
        wire[^1] ^= 1;
        byte[] frame = Packet(wire, 0, wire.Length).Build();

        nic.Link.Inject(frame);

        Delivered d = nic.Deliveries.Single();
        Assert.That((d.Verdict, d.Reason, d.Frame), Is.EqualTo((RxVerdict.AuthenticationFailed, RxReason.BadTag, frame)));
        Assert.That((nic.Core.Statistics.RxTlsErrors, nic.Core.Statistics.RxTlsPassed), Is.EqualTo((1UL, 1UL)));
    }

    [Test]
    public void Receive_WithoutPayload_KeepsItsHandleAndIsNotCountedAsPassed()
    {
        var nic = new NullPersonality();
        ulong handle = Install(nic, s_oracle);

        nic.Link.Inject(Packet([], 0, 0).Build());

        Delivered d = nic.Deliveries.Single();
        Assert.That((d.Verdict, d.Reason, d.Handle, nic.Core.Statistics.RxTlsPassed), Is.EqualTo((RxVerdict.NotDecrypted, RxReason.NoPayload, handle, 0UL)));
    }

    [Test]
    public void Receive_InSteadyState_AllocatesNothing()
    {
        var nic = new NullPersonality(traced: false) { Keep = false };
        Install(nic, s_oracle);
        (_, byte[] wire) = s_oracle.Stream(s_lengths, FirstNumber);
        var frames = new List<byte[]>();
        for (int start = 0; start < wire.Length; start += Segment)
        {
            frames.Add(Packet(wire, start, Math.Min(Segment, wire.Length - start)).Build());
        }

        Inject(nic, frames, 0, frames.Count / 2);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Inject(nic, frames, frames.Count / 2, frames.Count);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(nic.Core.Statistics.RxTlsPackets, Is.EqualTo((ulong)frames.Count));

        static void Inject(NullPersonality nic, List<byte[]> frames, int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                nic.Link.Inject(frames[i]);
            }
        }
    }

    [Test]
    public void BothPaths_AnyPayloadOfAContext_NeverThrowAndNeverLeak() =>
        Gen.Select(Gen.Byte.Array[0, 60].Array[1, 20], Gen.Int[-20, 20].Array[20], Gen.Bool).Sample((payloads, jumps, headers) =>
        {
            var nic = new NullPersonality();
            Install(nic, s_oracle);
            ulong handle = TlsTransmitTests.Install(nic, s_oracle);
            uint sequence = Start;
            bool right = true;
            for (int i = 0; i < payloads.Length; i++)
            {
                byte[] payload = headers ? [23, 3, 3, 0, 40, .. payloads[i]] : payloads[i];
                uint at = unchecked(sequence + (uint)(jumps[i] > 15 ? jumps[i] : 0));
                byte[] frame = (Packet(payload, 0, payload.Length) with { Sequence = at }).Build();
                nic.Link.Inject(frame);
                int before = nic.Link.Count;
                TxOutcome outcome = nic.Submit(frame, TxOffloads.Tls, handle: handle);
                nic.Scheduler.RunAll();
                right &= outcome.Frames == nic.Link.Count - before && (outcome.Status == TxStatus.Ok) == (outcome.Frames == 1);
                sequence = unchecked(at + (uint)payload.Length);
            }

            return right && nic.Raised.All(r => r.Code != EventCode.InvariantTrap);
        });

    internal static ulong Install(NullPersonality nic, RecordOracle oracle, bool ipv6 = false, bool activate = true)
    {
        CoreStatus made = nic.Core.CreateKey(oracle.Cipher, oracle.Key, 0, out ulong key);
        var flow = new TcpFrame { Ipv6 = ipv6 };
        var parameters = new RxContextParameters
        {
            KeyHandle = key,
            Version = oracle.Version,
            Queue = 4,
            Iv = oracle.Iv,
            StartSequence = Start,
            RecordNumber = FirstNumber,
            Tuple = FlowTuple.Create(flow.SourceAddress, flow.DestinationAddress, flow.SourcePort, flow.DestinationPort),
        };
        CoreStatus installed = nic.Core.InstallRx(parameters, out ulong handle);
        CoreStatus active = activate ? nic.Core.ActivateRx(handle) : CoreStatus.Ok;
        return (made, installed, active) == (CoreStatus.Ok, CoreStatus.Ok, CoreStatus.Ok) ? handle : throw new InvalidOperationException($"{made} {installed} {active}");
    }

    private static TcpFrame Packet(byte[] stream, int start, int count) => new()
    {
        Sequence = unchecked(Start + (uint)start),
        Payload = stream.AsSpan(start, count).ToArray(),
    };

    // Tags and their filler differ: the opened payload keeps the tag of the wire.
    private static bool IsClear(ReadOnlySpan<byte> delivered, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> wire)
    {
        for (int i = 0; i < plain.Length; i++)
        {
            if (delivered[i] != plain[i] && delivered[i] != wire[i])
            {
                return false;
            }
        }

        return delivered.Length == plain.Length;
    }

    private static ulong RecordAt(int[] lengths, int total, byte[] plain, int offset, ulong first)
    {
        int start = 0;
        ulong number = first;
        for (int i = 0; i < lengths.Length && start < total; i++)
        {
            start += 5 + ((plain[start + 3] << 8) | plain[start + 4]);
            if (offset < start)
            {
                break;
            }

            number++;
        }

        return number;
    }

    private static int[] Starts(int[] lengths, int overhead)
    {
        var starts = new int[lengths.Length];
        for (int i = 1; i < starts.Length; i++)
        {
            starts[i] = starts[i - 1] + lengths[i - 1] + overhead;
        }

        return starts;
    }
}
