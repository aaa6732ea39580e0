using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Peer;
using NicEmu.Spec.Tls;
using static NicEmu.Conformance.Cases.ResyncSight;

namespace NicEmu.Conformance.Cases;

/// <summary>C114, C128 to C132, C135 to C140: a driver helps its card to find the records again.</summary>
internal static class ReceiveResyncCases
{
    private const string Document = "Linux tls-offload.rst, RX resync";

    [Case("C114", CaseProfile.Resync, "A request in the midst of a batch of packets is seen, and each packet of the batch keeps its own mark.", Source = Document, Stimulus = "A gap over a header and thirty records in one burst, which the driver finds one by one, or all at a time with and without generic receive offload.", Observes = "application data, statistics")]
    public static void RequestInMidstOfBatch(DriverCase c)
    {
        RequestInMidstOfBatch(c, c.Boot(), "one by one");
        foreach (bool joins in new[] { true, false })
        {
            DriverRig rig = Batch.Boot(c, joins);
            RequestInMidstOfBatch(c, rig, joins ? "joined" : "not joined");
            Batch.ExpectJoined(rig, joins);
        }
    }

    private static void RequestInMidstOfBatch(DriverCase c, DriverRig rig, string how)
    {
        (TestFlow flow, byte[] data, CutStream packets) = Prepare(rig, c, "batch", 40);
        for (int i = 0; i < packets.Count; i++)
        {
            if (i != 3) SendWithoutPause(flow, packets, i);
        }

        packets.Send(3);
        flow.ExpectDelivered(data);
        ExpectResumed(rig, flow, c, $"a request in a batch, {how}");
    }

    [Case("C128", CaseProfile.Resync, "The number that is answered to a request is that of the record at the place asked about.", Source = Document, Stimulus = "A gap over a header at five places of the stream, in both versions.", Observes = "answers, application data, statistics")]
    public static void AnswerBelongsToCandidate(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach (TlsVersion version in new[] { TlsVersion.Tls13, TlsVersion.Tls12 })
        {
            foreach (int lost in (ReadOnlySpan<int>)[1, 2, 5, 7, 9])
            {
                (TestFlow flow, byte[] data, CutStream packets) = Prepare(rig, c, $"{version}/{lost}", 20, version);
                int mark = rig.Events.Count;
                long accepted = rig.Statistic("rx_tls_resync_res_ok");
                packets.SendRun(0, lost);
                packets.SendRun(lost + 1, lost + 4);
                packets.Send(lost);
                packets.SendRun(lost + 4, packets.Count);
                flow.ExpectDelivered(data);
                Expect.AtLeast(rig.Statistic("rx_tls_resync_res_ok") - accepted, 1, $"{version}: requests answered when packet {lost} is late");
                ExpectRightAnswers(rig, flow, mark);
                ExpectResumed(rig, flow, c, $"{version}: packet {lost} late");
            }
        }
    }

    [Case("C129", CaseProfile.Resync, "A request about a header that was read before is answered with its own number, not with that of the record read last.", Source = Document, Stimulus = "The card is led away by a stray packet, so that every packet comes as on the wire; each comes twice, and the request with the second copy.", Observes = "answers, application data")]
    public static void RequestAboutWhatWasRead(DriverCase c)
    {
        foreach (int extra in (ReadOnlySpan<int>)[0, 1])
        {
            DriverRig rig = c.Boot();
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = $"extra {extra}" });
            byte[] data = CaseKeys.Bytes(c.Seed, "led away", 200 * Content);
            byte[] stream = [.. data.Chunk(Content).SelectMany(part => flow.SealNext(part))];
            var packets = new CutStream(flow, stream, 1000);
            int mark = rig.Events.Count;
            LeadAway(flow);
            for (int i = 0; i < packets.Count; i++)
            {
                packets.Send(i);
                if (i != 0 || extra == 0) packets.Send(i);
            }

            flow.ExpectDelivered(data);
            ExpectRightAnswers(rig, flow, mark);
            ExpectResumed(rig, flow, c, $"requests about what was read, variant {extra}");
        }
    }

    [Case("C130", CaseProfile.Resync, "A request about a header that more than a log's worth of records was read behind gets the right number, or a refusal.", Source = Document, Stimulus = "As C129 with fifty records in each packet; then packets that were read long ago once more.", Observes = "answers, application data")]
    public static void RequestAboutWhatIsForgotten(DriverCase c)
    {
        foreach (int extra in (ReadOnlySpan<int>)[0, 1])
        {
            DriverRig rig = c.Boot();
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = $"extra {extra}" });
            byte[] data = CaseKeys.Bytes(c.Seed, "forgotten", 4000);
            byte[] stream = [.. data.Chunk(1).SelectMany(part => flow.SealNext(part))];
            var packets = new CutStream(flow, stream, 50 * (1 + flow.RxCodec.Overhead));
            int mark = rig.Events.Count;
            long requests = rig.Statistic("rx_tls_resync_req_pkt");
            LeadAway(flow);
            for (int i = 0; i < packets.Count; i++)
            {
                packets.Send(i);
                if (i != 0 || extra == 0) packets.Send(i);
            }

            flow.ExpectDelivered(data);
            ExpectRightAnswers(rig, flow, mark);
            Expect.Equal(Answers(rig, flow, mark).Count(a => a.Kind != 2), rig.Statistic("rx_tls_resync_req_pkt") - requests, $"the number of answers and refusals, variant {extra}");
            ExpectResumed(rig, flow, c, $"requests about what is forgotten, variant {extra}");
            AskedAboutWhatWasRead(rig, flow, c, packets);
        }
    }

    [Case("C131", CaseProfile.Resync, "A request about a place that the stream never reaches does not stop later ones from being answered; one about a place within a record is refused as soon as the record is met.", Source = Document, Stimulus = "A stray packet far ahead that holds a header; then the stream, for longer than the card waits, and a gap in it. A gap over the header of a record whose ciphertext looks like headers.", Observes = "answers, application data")]
    public static void RequestThatIsNeverAnswered(DriverCase c)
    {
        DriverRig rig = c.Boot();
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        flow.Connection.SendUnacceptable(flow.Connection.NextSequence + 0x0100_0000, [.. new byte[50], 23, 3, 3, 4, 0, .. new byte[500]]);
        rig.Settle();
        Expect.AtLeast(rig.Statistic("rx_tls_resync_req_pkt"), 1, "the requests about a place that the stream never reaches");
        byte[] data = CaseKeys.Bytes(c.Seed, "on and on", 700 * Content);
        byte[] stream = [.. data.Chunk(Content).SelectMany(part => flow.SealNext(part))];
        int mark = rig.Events.Count;
        flow.Deliver(stream);
        flow.ExpectDelivered(data);
        ExpectRightAnswers(rig, flow, mark);
        ExpectResumed(rig, flow, c, "a request that was never answered");
        RequestWithinRecord(rig, c);
    }

    [Case("C132", CaseProfile.Resync, "The place in an answer is the place of the header, in the byte order of the card, also where the number wraps.", Source = Document + "; register manual, RESYNC_ANSWER", Stimulus = "A gap over a header in streams from sequence numbers 0x01020304, 0x00FF00FF and 0xFFFFF800 on.", Observes = "answers, application data")]
    public static void PlaceInAnswerIsInOrder(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach (uint start in (ReadOnlySpan<uint>)[0x0102_0304, 0x00FF_00FF, 0xFFFF_F800])
        {
            rig.Peer.Options = new PeerOptions { InitialSequence = start };
            (TestFlow flow, byte[] data, CutStream packets) = Prepare(rig, c, $"from {start}", 20);
            int mark = rig.Events.Count;
            packets.SendRun(0, 3);
            packets.SendRun(4, 8);
            packets.Send(3);
            packets.SendRun(8, packets.Count);
            flow.ExpectDelivered(data);
            Expect.AtLeast(ExpectRightAnswers(rig, flow, mark), 1, $"the number of answers from 0x{start:X8} on");
            ExpectResumed(rig, flow, c, $"a stream from 0x{start:X8} on");
        }
    }

    [Case("C135", CaseProfile.Resync, "A driver that sees record after record undecrypted tells the next one's place and number, less and less often.", Source = Document + ", next record hint", Stimulus = "The card is led away by a stray packet; forty records, each read before the next comes; then 300 records of which the card has seen every byte before, whole and with the beginning of the next.", Observes = "hints")]
    public static void HintsNameTheNextRecord(DriverCase c)
    {
        DriverRig rig = c.Boot();
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        int mark = rig.Events.Count;
        LeadAway(flow);
        var ends = new List<int>();
        for (int i = 0; i < 40; i++)
        {
            byte[] data = CaseKeys.Bytes(c.Seed, $"hinted {i}", Content);
            flow.Deliver(flow.SealNext(data));
            flow.ExpectDelivered(data);
            if (Answers(rig, flow, mark).Count(a => a.Kind == 2) > ends.Count) ends.Add(i + 1);
        }

        (byte Kind, uint Sequence, ulong Number)[] hints = [.. Answers(rig, flow, mark).Where(a => a.Kind == 2)];
        Expect.AtLeast(hints.Length, 1, "the number of hints");
        Expect.Equal(ends[0], 2, "the records before the first hint");
        for (int i = 0; i < hints.Length; i++)
        {
            Expect.Equal(hints[i].Number, (ulong)ends[i], $"the number in hint {i}: that of the next record");
            Expect.Equal(hints[i].Sequence, FirstRecord(flow) + (uint)(ends[i] * (Content + flow.RxCodec.Overhead)), $"the place in hint {i}");
            if (i > 1) Expect.AtLeast(ends[i] - ends[i - 1], ends[i - 1] - ends[i - 2], $"the records between hints {i - 1} and {i}");
        }

        foreach (int early in new[] { 0, 8 }) HintsBackOff(c, early);
    }

    /// <summary>Nothing helps a card that saw every byte before TCP took it: hints come behind 2, 4, 8 to 128 records, then every 128.</summary>
    private static void HintsBackOff(DriverCase c, int early)
    {
        DriverRig rig = c.Boot();
        TestFlow flow = TestFlow.Open(rig, c.Seed);
        int mark = rig.Events.Count;
        byte[] data = CaseKeys.Bytes(c.Seed, "seen before", 300 * 40);
        byte[] stream = [.. data.Chunk(40).SelectMany(part => flow.SealNext(part))];
        int length = 40 + flow.RxCodec.Overhead;
        var behind = new List<int>();
        for (int i = 0; i < 300; i++)
        {
            byte[] part = stream[(i == 0 ? 0 : (i * length) + early)..Math.Min(stream.Length, ((i + 1) * length) + early)];
            flow.Connection.SendUnacceptable(flow.Connection.NextSequence, part);
            rig.Settle(20_000_000);
            flow.Deliver(part);
            if (Answers(rig, flow, mark).Count(a => a.Kind == 2) > behind.Count) behind.Add(i + 1);
        }

        flow.ExpectDelivered(data);
        (byte Kind, uint Sequence, ulong Number)[] hints = [.. Answers(rig, flow, mark).Where(a => a.Kind == 2)];
        Expect.That(behind.Take(7).SequenceEqual([2, 4, 8, 16, 32, 64, 128]), $"hints come behind 2, 4, 8, 16, 32, 64 and 128 records (they come behind {string.Join(", ", behind)})");
        for (int i = 0; i < hints.Length; i++)
        {
            // With the beginning of a record there, the next one is that behind it.
            int next = behind[i] + (early > 0 ? 1 : 0);
            Expect.Equal((hints[i].Number, hints[i].Sequence), ((ulong)next, FirstRecord(flow) + (uint)(next * length)), $"number and place in hint {i}, with {early} bytes of the next record");
        }

        // A record that the card decrypts begins the count anew.
        flow.Deliver(flow.SealNext(new byte[40]));
        for (int i = 1; i <= 2; i++)
        {
            byte[] record = flow.SealNext(new byte[40]);
            flow.Connection.SendUnacceptable(flow.Connection.NextSequence, record);
            rig.Settle();
            flow.Deliver(record);
            Expect.Equal(Answers(rig, flow, mark).Count(a => a.Kind == 2) - hints.Length, i / 2, $"the hints behind record {i} after one that the card decrypted");
        }
    }

    [Case("C136", CaseProfile.Resync, "A request that comes with a tagged packet, over IPv6, or with TCP options is answered.", Source = Document, Stimulus = "A gap over a header over IPv4 and IPv6, with VLAN tag and without, with timestamps and without.", Observes = "application data, statistics")]
    public static void RequestWithTagOptionsAndIpv6(DriverCase c)
    {
        foreach (bool ipv6 in new[] { false, true })
        {
            foreach (int? vlan in new int?[] { null, 7 })
            {
                DriverRig rig = c.Boot(new DriverSetup { Ipv6 = ipv6, VlanId = vlan });
                rig.Peer.Options = new PeerOptions { Timestamps = vlan is not null };
                (TestFlow flow, byte[] data, CutStream packets) = Prepare(rig, c, "headers", 20);
                packets.SendRun(0, 3);
                packets.SendRun(4, 8);
                packets.Send(3);
                packets.SendRun(8, packets.Count);
                flow.ExpectDelivered(data);
                Expect.AtLeast(rig.Statistic("rx_tls_resync_res_ok"), 1, $"requests answered over IPv{(ipv6 ? 6 : 4)}, VLAN {vlan}");
                ExpectResumed(rig, flow, c, $"IPv{(ipv6 ? 6 : 4)}, VLAN {vlan}");
            }
        }
    }

    [Case("C137", CaseProfile.Resync, "A request for a connection that is closing, gone, or plain is nobody's, and nothing remains of it.", Source = Document, Stimulus = "Gaps over headers behind close on both sides, behind an abort, and on a connection without a key.", Observes = "driver, statistics, other connections")]
    public static void RequestForConnectionThatIsGone(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach (string how in (ReadOnlySpan<string>)["closing", "aborted", "plain"])
        {
            TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = how, Rx = how != "plain", Tx = how != "plain" });
            byte[] stream = [.. Enumerable.Range(0, 20).SelectMany(_ => flow.SealNext(new byte[Content]))];
            var packets = new CutStream(flow, stream, 400);
            packets.SendRun(0, 2);
            if (how == "closing")
            {
                flow.Flow.Close();
                rig.Settle();
                flow.Connection.SendFin();
            }

            if (how == "aborted") flow.Flow.Abort();
            if (how != "closing") rig.Settle();
            for (int i = 4; i < packets.Count; i++) packets.Send(i);
        }

        rig.Settle();
        Expect.That(rig.Driver.Failure is null, "the driver goes on");
        (TestFlow last, byte[] data, CutStream parts) = Prepare(rig, c, "alive", 20);
        parts.SendRun(0, 3);
        parts.SendRun(4, parts.Count);
        parts.Send(3);
        last.ExpectDelivered(data);
        ExpectResumed(rig, last, c, "a connection behind those that are gone");
    }

    [Case("C139", CaseProfile.Resync, "An answer that finds the ring full is sent later, once.", Source = Document, Stimulus = "A ring of 64 descriptors kept full by another connection while a gap over a header is healed.", Observes = "answers, application data")]
    public static void AnswerIntoFullRing(DriverCase c)
    {
        DriverRig rig = c.Boot(new DriverSetup { TxRingLog2 = 6 });
        TestFlow busy = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "busy" });
        (TestFlow flow, byte[] data, CutStream packets) = Prepare(rig, c, "asks", 30);
        int mark = rig.Events.Count;
        packets.SendRun(0, 3);
        for (int i = 4; i < packets.Count; i++)
        {
            busy.SendDrawn(9000);
            SendWithoutPause(flow, packets, i);
        }

        packets.Send(3);
        flow.ExpectDelivered(data);
        busy.UntilQuiet();
        busy.ExpectWire();
        (byte Kind, uint Sequence, ulong Number)[] answers = [.. Answers(rig, flow, mark).Where(a => a.Kind != 2)];
        Expect.AtLeast(ExpectRightAnswers(rig, flow, mark), 1, "the number of answers");
        Expect.Equal(answers.Distinct().Count(), answers.Length, "the number of different answers");
        ExpectResumed(rig, flow, c, "an answer into a full ring");
    }

    [Case("C140", CaseProfile.Resync, "Records that passed between the question and its answer are counted: decryption goes on under the right number.", Source = Document, Stimulus = "A gap over a header that is healed only after 1, 5 and 40 more records.", Observes = "application data, statistics")]
    public static void RecordsSinceTheQuestionAreCounted(DriverCase c)
    {
        DriverRig rig = c.Boot();
        foreach (int more in (ReadOnlySpan<int>)[1, 5, 40])
        {
            (TestFlow flow, byte[] data, CutStream packets) = Prepare(rig, c, $"{more} more", 60);
            packets.SendRun(0, 3);
            packets.SendRun(4, 6 + more);
            packets.Send(3);
            packets.SendRun(6 + more, packets.Count);
            flow.ExpectDelivered(data);
            ExpectResumed(rig, flow, c, $"an answer after {more} more records");
        }
    }

    /// <summary>A card that searches meets what was read, and forgotten, long ago.</summary>
    private static void AskedAboutWhatWasRead(DriverRig rig, TestFlow flow, DriverCase c, CutStream packets)
    {
        int mark = rig.Events.Count;
        long requests = rig.Statistic("rx_tls_resync_req_pkt");
        LeadAway(flow);
        // Ten packets hold more records than a log.
        for (int i = 0; i < packets.Count - 10; i++) packets.Send(i);
        long asked = rig.Statistic("rx_tls_resync_req_pkt") - requests;
        Expect.AtLeast(asked, 1, "the requests about packets that were read long ago");
        Expect.Equal(Answers(rig, flow, mark).Count(a => a.Kind == 0), asked, "the refusals behind packets that were read long ago");
        ExpectResumed(rig, flow, c, "a refusal");
    }

    /// <summary>The header is lost, and what the card finds in its stead is ciphertext.</summary>
    private static void RequestWithinRecord(DriverRig rig, DriverCase c)
    {
        const int length = 1200;
        TestFlow flow = TestFlow.Open(rig, c.Seed, new FlowPlan { Label = "disguised", PeerPort = 4435 });
        byte[] first = CaseKeys.Bytes(c.Seed, "first", Content);
        byte[] opening = flow.SealNext(first);
        // Zeros are sealed to the keystream, so the content can be chosen for its ciphertext.
        byte[] keystream = flow.RxCodec.Seal(23, new byte[length], flow.NextRxRecord);
        byte[] content = new byte[length];
        ReadOnlySpan<byte> header = [23, 3, 3, 0, 200];
        for (int i = 0; i < length; i++) content[i] = (byte)(header[i % 5] ^ keystream[flow.RxCodec.PrefixLength + i]);
        byte[] more = CaseKeys.Bytes(c.Seed, "more", 20 * Content);
        byte[] disguised = flow.SealNext(content);
        byte[] stream = [.. opening, .. disguised, .. more.Chunk(Content).SelectMany(part => flow.SealNext(part))];
        var packets = new CutStream(flow, stream, opening.Length, 100, 400, 400);
        int mark = rig.Events.Count;
        long requests = rig.Statistic("rx_tls_resync_req_pkt");

        packets.SendRun(0, 1);
        packets.SendRun(2, 3);
        packets.Send(1);
        packets.SendRun(3, packets.Count);

        flow.ExpectDelivered([.. first, .. content, .. more]);
        (byte Kind, uint Sequence, ulong Number)[] answers = [.. Answers(rig, flow, mark).Where(a => a.Kind != 2)];
        Expect.That(answers.Any(a => a.Kind == 0), "a place within a record is refused");
        Expect.Equal(answers.Length, rig.Statistic("rx_tls_resync_req_pkt") - requests, "the number of answers and refusals behind a disguised record");
        ExpectRightAnswers(rig, flow, mark);
        ExpectResumed(rig, flow, c, "a place within a record was refused");
    }
}
