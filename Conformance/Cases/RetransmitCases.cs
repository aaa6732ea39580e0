using NicEmu.Conformance.Core;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>C053 to C061, C069 to C072: bytes that are sent again are those that were sent before, wherever the range begins and ends.</summary>
internal static class RetransmitCases
{
    private const string Document = "Linux tls-offload.rst, TX, out of order";
    private const int Header = 5;
    private const int Tag = 16;
    private const int Content = 200;

    // Each expiry of TCP's timer doubles the next one, up to a minute.
    private const long Patience = 3600L * 1_000_000_000_000;

    private static readonly TlsVersion[] Versions = [TlsVersion.Tls13, TlsVersion.Tls12];

    [Case("C053", CaseProfile.Resync, "A record sent again whole is the one sent before.", Source = Document, Stimulus = "Repetition of each of five records, of 1 to 1400 bytes.", Observes = "wire")]
    public static void WholeRecordAgain(DriverCase c) => RepeatInAll(c, (flow, prefix) =>
    {
        foreach (int content in (ReadOnlySpan<int>)[1, 16, 17, 500, 1400]) Round(flow, content, 0, content + flow.TxCodec.Overhead);
    });

    [Case("C054", CaseProfile.Resync, "The beginning of a record sent again is the one sent before.", Source = Document, Stimulus = "Repetition of the first bytes of a record, up to just before its tag, into it, and before its end.", Observes = "wire")]
    public static void BeginningOfRecordAgain(DriverCase c) => RepeatInAll(c, (flow, prefix) =>
    {
        int length = Content + flow.TxCodec.Overhead;
        foreach (int to in (ReadOnlySpan<int>)[1, Header, prefix, prefix + 1, prefix + 16, length - Tag - 1, length - Tag, length - Tag + 1, length - 1]) Round(flow, Content, 0, to);
    });

    [Case("C055", CaseProfile.Resync, "A range that begins in the midst of a record is sent again as it was, aligned or not, and nothing of what is before it leaves.", Source = Document, Stimulus = "Repetitions from each of 33 offsets around a block's end, to before the tag and to the record's end.", Observes = "wire, lengths of segments")]
    public static void MiddleOfRecordAgain(DriverCase c) => RepeatInAll(c, (flow, prefix) =>
    {
        int length = Content + flow.TxCodec.Overhead;
        for (int from = prefix; from <= prefix + 32; from++) Round(flow, Content, from, from % 2 == 0 ? length : length - Tag - 3);
    });

    [Case("C056", CaseProfile.Resync, "A tag, or any piece of one, is sent again as it was.", Source = Document, Stimulus = "Repetitions that begin at each byte of a tag, of the whole rest, of one byte, and of what is before with a piece of the tag.", Observes = "wire")]
    public static void PiecesOfTagAgain(DriverCase c) => RepeatInAll(c, (flow, prefix) =>
    {
        int length = Content + flow.TxCodec.Overhead;
        for (int i = 0; i < Tag; i++)
        {
            Round(flow, Content, length - Tag + i, length);
            Round(flow, Content, length - Tag + i, length - Tag + i + 1);
            Round(flow, Content, length - Tag - 1 - i, length - i);
        }
    });

    [Case("C057", CaseProfile.Resync, "A header, or any piece of one, is sent again as it was.", Source = Document, Stimulus = "Repetitions of every range within the five bytes of a header.", Observes = "wire")]
    public static void PiecesOfHeaderAgain(DriverCase c) => RepeatInAll(c, (flow, prefix) =>
    {
        for (int from = 0; from < Header; from++)
        {
            for (int to = from + 1; to <= Header; to++) Round(flow, Content, from, to);
        }
    });

    [Case("C058", CaseProfile.Resync, "An explicit nonce, or any piece of one, is sent again as it was.", Source = "RFC 5288 §3; " + Document, Stimulus = "TLS 1.2: repetitions that begin or end at each byte of the nonce.", Observes = "wire")]
    public static void PiecesOfNonceAgain(DriverCase c) => RepeatInAll(c, (flow, prefix) =>
    {
        if (flow.Plan.Version != TlsVersion.Tls12) return;
        for (int at = Header; at < prefix; at++)
        {
            Round(flow, Content, at, at + 1);
            Round(flow, Content, at, Content + flow.TxCodec.Overhead);
            Round(flow, Content, 2, at);
        }
    });

    [Case("C059", CaseProfile.Resync, "A range over the ends of several records is sent again under the right numbers.", Source = Document, Stimulus = "Repetitions from the tail of record n over the whole of n + 1 into the head of n + 2, at every part of tail and head.", Observes = "wire")]
    public static void RangeOverRecordsAgain(DriverCase c) => RepeatInAll(c, (flow, prefix) =>
    {
        int length = Content + flow.TxCodec.Overhead;
        foreach (int tail in (ReadOnlySpan<int>)[1, 15, 16, 17, 18, 100])
        {
            foreach (int head in (ReadOnlySpan<int>)[1, 4, Header, prefix, prefix + 1, length - 1])
            {
                int start = flow.OnWire;
                for (int i = 0; i < 4; i++) flow.SendDrawn(Content);
                flow.Rig.Settle();
                Repetition.Exactly(flow, start + length - tail, start + (2 * length) + head);
                Repetition.End(flow);
            }
        }
    });

    [Case("C060", CaseProfile.Resync, "Bytes sent again in other segments than before are the same.", Source = Document, Stimulus = "Records of 333, 9000 and 2000 bytes at once; repetitions of 4000 bytes from places that no segment began at; cut by the card and by TCP.", Observes = "wire")]
    public static void OtherSegmentsThanBefore(DriverCase c)
    {
        foreach (bool cardCuts in new[] { true, false })
        {
            EachStrategy(c, new DriverSetup { SegmentationOffload = cardCuts }, rig =>
            {
                rig.Peer.Options = new PeerOptions { AcknowledgesAtOnce = false };
                // Odd places, so that no later cut meets an earlier one.
                foreach (int from in (ReadOnlySpan<int>)[111, 1234, 3001])
                {
                    TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = $"from {from}" });
                    flow.SendDrawn(333);
                    flow.SendDrawn(9000);
                    flow.SendDrawn(2000);
                    rig.Settle();
                    IReadOnlyList<SeenSegment> again = Repetition.Of(flow, from, from + 4000);
                    Expect.That(again.All(s => (s.Sequence - flow.TlsStart) % 1460 != 0), "segments begin at other places than before");
                    Repetition.End(flow);
                    flow.ExpectWire();
                }
            });
        }
    }

    [Case("C061", CaseProfile.Resync, "New data right behind a repetition is right, and counted as in order but for the way back.", Source = Document, Stimulus = "Repetitions of a middle, a tag and a head, each followed at once by new records.", Observes = "wire, tx_tls_ooo")]
    public static void NewDataBehindRepetition(DriverCase c) => RepeatInAll(c, (flow, prefix) =>
    {
        int length = Content + flow.TxCodec.Overhead;
        foreach ((int from, int to) in new[] { (50, 120), (length - 9, length), (0, length), (3, 90) })
        {
            long before = flow.Rig.Statistic("tx_tls_ooo");
            int start = flow.OnWire;
            flow.SendDrawn(Content);
            flow.SendDrawn(64);
            flow.Rig.Settle();
            Repetition.Exactly(flow, start + from, start + to);
            int behind = flow.OnWire;
            flow.SendDrawn(700);
            flow.SendDrawn(1);
            flow.Rig.Settle();
            Expect.That(flow.OnWire > behind, "new data leaves behind the repetition");
            // A strategy that moves the card's place counts the way back too, as mlx5 does; one without a place has no order to break.
            long counted = flow.Rig.Statistic("tx_tls_ooo") - before;
            Expect.That(counted <= 2 && (counted >= 1 || flow.Rig.Setup.Strategy is not null), $"tx_tls_ooo counts one repetition of bytes {from} to {to}, and the way back at most (it counts {counted})");
            Repetition.End(flow);
        }
    });

    [Case("C070", CaseProfile.Resync, "What is left of a record that was acknowledged in part is sent again right.", Source = Document, Stimulus = "Acknowledgements up to the header, the nonce, the content, the inner type and the tag; then the retransmission timer.", Observes = "wire")]
    public static void RestOfPartlyAcknowledgedRecord(DriverCase c) => EachStrategy(c, new DriverSetup(), rig =>
    {
        rig.Peer.Options = new PeerOptions { AcknowledgesAtOnce = false };
        foreach (TlsVersion version in Versions)
        {
            int prefix = version == TlsVersion.Tls12 ? Header + 8 : Header;
            int length = prefix + 3000 + Tag + (version == TlsVersion.Tls12 ? 0 : 1);
            foreach (int acknowledged in (ReadOnlySpan<int>)[1, Header, prefix, prefix + 5, prefix + 1600, length - Tag - 1, length - Tag, length - 1])
            {
                // A connection of its own: the timer leaves a small window behind.
                TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version, Label = $"{version}/{acknowledged}" });
                flow.SendDrawn(3000);
                rig.Settle();
                uint place = flow.TlsStart + (uint)acknowledged;
                flow.Connection.Acknowledge(place);
                rig.Until(() => flow.Connection.DataSegments.Any(s => s.Sequence == place), $"{version}: the rest from byte {acknowledged} is sent again");
                flow.Connection.Options = flow.Connection.Options with { AcknowledgesAtOnce = true };
                flow.Connection.Acknowledge();
                flow.UntilQuiet();
                flow.ExpectWire();
                flow.Flow.Abort();
            }
        }
    });

    [Case("C071", CaseProfile.Resync, "A last record that is lost again and again is sent right each time.", Source = Document, Stimulus = "The last record lost four times, then its tail only.", Observes = "wire")]
    public static void LostTail(DriverCase c) => EachStrategy(c, new DriverSetup(), rig =>
    {
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        flow.SendDrawn(2000);
        flow.UntilQuiet();
        int lost = 0;
        flow.Connection.Loses = s => s.Payload.Length > 0 && lost++ < 4;
        flow.SendDrawn(900);
        flow.UntilQuiet(Patience);
        lost = 0;
        flow.Connection.Loses = s => s.Payload.Length is > 0 and < 1000 && lost++ < 3;
        flow.SendDrawn(2000);
        flow.UntilQuiet(Patience);

        flow.ExpectWire();
        Expect.AtLeast(flow.Connection.Wire.Repeated, 4 * 900, "the bytes sent again");
    });

    [Case("C072", CaseProfile.Resync, "A stream over a network that loses half of everything arrives and is right.", Source = Document, Stimulus = "512 KiB by each strategy in records of odd lengths; every segment is lost with a chance of one half.", Observes = "wire, time",
        Narrower = "2 MiB in all instead of 1 GB, which takes too long for every run.", Sweep = "1 GiB: 128 connections of 8 MiB, dealt out to the strategies, whose sequence numbers begin all over the sequence space.")]
    public static void HalfOfEverythingIsLost(DriverCase c)
    {
        if (c.Sweep is not { } sweep)
        {
            EachStrategy(c, new DriverSetup(), rig => LoseHalf(rig, new FlowPlan(), c.Seed, 512 << 10));
            return;
        }

        IReadOnlyList<string> strategies = c.Boot().Driver.Strategies;
        for (uint round = 0; round < 128; round++)
        {
            if (!sweep.Has(round)) continue;
            string strategy = strategies[(int)round % strategies.Count];
            try
            {
                // The first of them go over the wrap.
                uint begin = (round * 0x0200_0000u) - 0x0001_0000u;
                LoseHalf(c.Boot(new DriverSetup { Strategy = strategy }), new FlowPlan { InitialSequence = begin }, c.Seed + round, 8 << 20);
            }
            catch (CaseFailedException failure)
            {
                throw new CaseFailedException($"round {round} with the strategy {strategy}: {failure.Message}");
            }
        }
    }

    private static void LoseHalf(DriverRig rig, FlowPlan plan, ulong seed, int bytes)
    {
        // With time stamps every repetition is measured (RFC 7323 §4.1), so that the timer does not stay doubled.
        rig.Peer.Options = new PeerOptions { Timestamps = true };
        TestFlow flow = TestFlow.Open(rig, seed, plan);
        ulong state = seed;
        flow.Connection.Loses = s =>
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
            return s.Payload.Length > 0 && state >> 63 != 0;
        };
        int sent = 0;
        for (int i = 0; sent < bytes; i++)
        {
            int length = 1 + (i * 977 % 16_000);
            flow.SendDrawn(length, limitPs: Patience);
            sent += length;
        }

        rig.Until(() => flow.Connection.Received.Contiguous >= sent, "the stream gets through", Patience);
        flow.Connection.Loses = null;
        flow.UntilQuiet(Patience);
        flow.ExpectWire();
    }

    /// <summary>Runs a check with the driver's own strategy and with every other that it offers.</summary>
    internal static void EachStrategy(DriverCase c, DriverSetup setup, Action<DriverRig> check)
    {
        DriverRig first = c.Boot(setup);
        check(first);
        foreach (string name in first.Driver.Strategies.Skip(1))
        {
            try
            {
                check(c.Boot(setup with { Strategy = name }));
            }
            catch (CaseFailedException failure)
            {
                throw new CaseFailedException($"with the strategy {name}: {failure.Message}");
            }
        }
    }

    /// <summary>Gives a check a connection of each version that repeats only when told, and looks at its stream at the end.</summary>
    private static void RepeatInAll(DriverCase c, Action<TestFlow, int> check) => EachStrategy(c, new DriverSetup(), rig =>
    {
        rig.Peer.Options = new PeerOptions { AcknowledgesAtOnce = false };
        foreach (TlsVersion version in Versions)
        {
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Version = version, Label = $"{version}" });
            check(flow, flow.TxCodec.PrefixLength);
            flow.ExpectWire();
        }
    });

    /// <summary>Sends a record and something behind it, has a range of the record repeated, and goes on.</summary>
    private static void Round(TestFlow flow, int content, int from, int to)
    {
        int start = flow.OnWire;
        flow.SendDrawn(content);
        flow.SendDrawn(64);
        flow.Rig.Settle();
        Repetition.Exactly(flow, start + from, start + to);
        Repetition.End(flow);
    }
}
