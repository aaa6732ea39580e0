using NicEmu.Conformance.Card;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Oracle;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Cases;

/// <summary>C126, C127, C133, C134, C138: a card that lost its place, answers of all kinds, and contexts that go meanwhile.</summary>
internal static class ReceiveSearchCases
{
    private const string Document = "Linux tls-offload.rst, RX resync; register manual, TLS receive";
    private const byte ResyncRequest = 3;
    private const byte AnswerStale = 0x15;
    private const uint AnswersDiscarded = 0x10B8;
    private const uint AnswersAccepted = 0x10B0;

    /// <summary>Bytes that look like the header of a record of 200 bytes.</summary>
    private static readonly byte[] FakeHeader = [23, 3, 3, 0, 200];

    [Case("C126", CaseProfile.Resync, "Content that looks like headers is found in a search but never decrypted under: the host refuses it, and the true header is found.", Source = Document, Stimulus = "A gap into ciphertext and padding full of header patterns; each candidate that is none is refused.", Observes = "completions, bytes")]
    public static void FakeHeadersAreRefused(DeviceCase c)
    {
        RawCard card = TransmitCardCases.PowerUp(c);
        var flow = new RawRxFlow(card, c.Seed);
        flow.Add(CaseKeys.Bytes(c.Seed, "first", 100));
        int damaged = flow.AddFake(Repeat(FakeHeader, 120));
        for (int i = 0; i < 6; i++) flow.Add(CaseKeys.Bytes(c.Seed, $"record {i}", 300));
        flow.ExpectDecrypted(0, damaged, "the record before the gap");

        int refused = 0;
        int at = damaged + 50;
        while (at < flow.Length && refused < 100)
        {
            RawRxCompletion completion = flow.ExpectUntouched(at, Math.Min(97, flow.Length - at), $"the packet at {at} during the search");
            at += 97;
            if (completion.Verdict != ResyncRequest) continue;
            int record = flow.RecordAt((int)(completion.Candidate - flow.Start));
            if (record >= 0)
            {
                Expect.Equal(flow.Answer(1, completion.Candidate, (ulong)record), (byte)0, "the status of the acknowledgement");
                break;
            }

            refused++;
            Expect.Equal(flow.Answer(0, completion.Candidate, 0), (byte)0, "the status of the refusal");
        }

        Expect.AtLeast(refused, 1, "the number of false candidates that were asked about");
        Expect.That(at < flow.Length, "the true header is found");
        int next = flow.NextRecord(at);
        flow.ExpectUntouched(at, next - at, "the rest of the record that was acknowledged");
        flow.ExpectDecrypted(next, flow.NextRecord(next + 1) - next, "the record behind it");
    }

    [Case("C127", CaseProfile.Resync, "A candidate that nobody answers holds nothing up: packets go on as on the wire, and the context asks again.", Source = Document, Stimulus = "A false candidate without an answer, then records for more than the budget of bytes and time; the later request is acknowledged.", Observes = "completions, events")]
    public static void UnansweredCandidate(DeviceCase c)
    {
        RawCard card = TransmitCardCases.PowerUp(c);
        var flow = new RawRxFlow(card, c.Seed, budgetBytes: 2000, budgetUs: 100);
        flow.Add(CaseKeys.Bytes(c.Seed, "first", 100));
        int damaged = flow.AddFake(Repeat(FakeHeader, 60));
        for (int i = 0; i < 60; i++) flow.Add(CaseKeys.Bytes(c.Seed, $"record {i}", 400));
        flow.ExpectDecrypted(0, damaged, "the record before the gap");
        int requests = 0;
        int at = damaged + 30;
        int trueRecord = -1;
        while (at < flow.Length && trueRecord < 0)
        {
            int end = flow.NextRecord(at + 1);
            RawRxCompletion completion = flow.ExpectUntouched(at, end - at, $"the packet at {at} without an answer");
            at = end;
            if (completion.Verdict != ResyncRequest) continue;
            requests++;
            trueRecord = flow.RecordAt((int)(completion.Candidate - flow.Start));
            if (trueRecord >= 0) Expect.Equal(flow.Answer(1, completion.Candidate, (ulong)trueRecord), (byte)0, "the status of the acknowledgement");
        }

        Expect.AtLeast(requests, 2, "the number of requests");
        Expect.That(trueRecord >= 0, "a true header is asked about in the end");
        Expect.That(at < flow.Length, "it is found before the stream ends");
        flow.ExpectDecrypted(at, flow.NextRecord(at + 1) - at, "the record behind the answer");
    }

    [Case("C133", CaseProfile.Resync, "An answer to a question that is no longer asked is discarded and counted, and moves nothing.", Source = Document, Stimulus = "Answers for another place before the right one, the right one twice, and one in sync.", Observes = "status of the answers, statistics, bytes")]
    public static void StaleAnswersAreDiscarded(DeviceCase c)
    {
        RawCard card = TransmitCardCases.PowerUp(c);
        RawRxFlow flow = Searching(card, c.Seed, out uint candidate);
        ulong discarded = card.Read64(AnswersDiscarded);
        ulong accepted = card.Read64(AnswersAccepted);
        Expect.Equal(flow.Answer(1, candidate - 200, 2), AnswerStale, "the status of an answer for an earlier place");
        Expect.Equal(flow.Answer(1, candidate + 217, 4), AnswerStale, "the status of an answer for a later place");
        Expect.Equal(flow.Answer(0, candidate + 1, 0), AnswerStale, "the status of a refusal of another place");
        Expect.Equal(card.Read64(AnswersDiscarded) - discarded, 3ul, "the number of answers discarded");
        flow.ExpectUntouched(flow.OffsetOf(4), 100, "a packet behind stale answers");

        Expect.Equal(flow.Answer(1, candidate, 3), (byte)0, "the status of the right answer");
        Expect.Equal(flow.Answer(1, candidate, 9), AnswerStale, "the status of a second answer");
        Expect.Equal(card.Read64(AnswersAccepted) - accepted, 1ul, "the number of answers accepted");
        flow.ExpectUntouched(flow.OffsetOf(4) + 100, flow.OffsetOf(5) - flow.OffsetOf(4) - 100, "the rest of the record");
        flow.ExpectDecrypted(flow.OffsetOf(5), flow.OffsetOf(6) - flow.OffsetOf(5), "the next record");
        Expect.Equal(flow.Answer(1, candidate, 77), AnswerStale, "the status of an answer in sync");
        flow.ExpectDecrypted(flow.OffsetOf(6), flow.OffsetOf(7) - flow.OffsetOf(6), "the record behind it");
    }

    [Case("C134", CaseProfile.Resync, "An answer for a context that was deleted, or for another one, reaches nobody.", Source = Document, Stimulus = "Two contexts that ask; the answer of one for the other; one is deleted and answered.", Observes = "status of the answers, bytes")]
    public static void AnswerForAnotherContext(DeviceCase c)
    {
        RawCard card = TransmitCardCases.PowerUp(c);
        RawRxFlow first = Searching(card, c.Seed, out uint candidate);
        RawRxFlow second = Searching(card, c.Seed, out uint other, 9_000_000, 5001);
        Expect.That(second.Answer(1, candidate, 3) == AnswerStale, "the answer for the first does not fit the second");
        Expect.Equal(card.Submit(51, first.Handle), 0u, "the status of RX_DESTROY");
        Expect.That(first.Answer(1, candidate, 3) != 0, "the answer for a deleted context is refused");

        byte[] packet = first.Packet(first.OffsetOf(5), 100);
        RawRxCompletion completion = first.Deliver(packet);
        Expect.Equal(completion.Verdict, (byte)0, "the verdict on a packet of the deleted context");
        Expect.Bytes(completion.Frame, packet, "the packet of the deleted context");
        Expect.Equal(second.Answer(1, other, 3), (byte)0, "the status of the second's own answer");
        second.ExpectDecrypted(second.OffsetOf(4), second.OffsetOf(5) - second.OffsetOf(4), "the next record of the second");
    }

    [Case("C138", CaseProfile.Resync, "A context that is deleted while its state is read back answers once or not at all, into memory that is still there, and never later.", Source = Document, Stimulus = "QUERY in the ring, RX_DESTROY before the doorbell and right behind it; the memory is unmapped afterwards.", Observes = "completions, DMA")]
    public static void ReadBackAcrossDelete(DeviceCase c)
    {
        foreach (bool before in new[] { true, false })
        {
            RawCard card = TransmitCardCases.PowerUp(c);
            RawRxFlow flow = Searching(card, c.Seed, out _);
            DmaBuffer snapshot = card.Rig.Bus.AllocateDma(4096);
            RawTxQueue queue = card.Tx();
            queue.Put(RawTxQueue.Bare(0x15, flow.Handle, 5).U64(32, snapshot.BusAddress).Span);
            if (!before) queue.Doorbell();
            Expect.Equal(card.Submit(51, flow.Handle), 0u, "the status of RX_DESTROY");
            queue.Doorbell();
            card.Run();

            IReadOnlyList<RawCompletion> completions = queue.Take();
            Expect.Equal(completions.Count, 1, "the number of completions of QUERY");
            bool written = snapshot.Span[..64].IndexOfAnyExcept((byte)0) >= 0;
            Expect.Equal(completions[0].Status == 0, written, "whether a snapshot was written as the status says");
            Expect.That(!before || !written, "nothing is read back of a context that is gone");
            ulong address = snapshot.BusAddress;
            snapshot.Dispose();
            int mark = card.Rig.Events.Count;
            flow.Deliver(flow.OffsetOf(5), 100);
            card.Run(10 * RawCard.Millisecond);
            bool touched = card.Rig.Events.Of(Spec.Events.TraceEventKind.DmaWrite, mark).Any(e => e.Event.Address >= address && e.Event.Address < address + 4096);
            Expect.That(!touched, "memory that was given back is not written");
        }
    }

    /// <summary>A context that lost the header of record 2 and asks about that of record 3; records 4 to 8 were not sent yet.</summary>
    private static RawRxFlow Searching(RawCard card, ulong seed, out uint candidate, uint start = 1000, ushort port = RawFrames.PeerPort)
    {
        var flow = new RawRxFlow(card, seed, TlsVersion.Tls13, TlsCipher.Aes128Gcm, start, port);
        for (int i = 0; i < 9; i++) flow.Add(CaseKeys.Bytes(seed, $"record {i}", 200));
        flow.ExpectDecrypted(0, flow.OffsetOf(2), "what is before the gap");
        flow.ExpectUntouched(flow.OffsetOf(2) + 30, flow.OffsetOf(3) - flow.OffsetOf(2) - 30, "the rest of the record whose header is lost");
        RawRxCompletion request = flow.ExpectUntouched(flow.OffsetOf(3), flow.OffsetOf(4) - flow.OffsetOf(3), "the next record");
        Expect.Equal(request.Verdict, ResyncRequest, "the verdict on the next record");
        candidate = request.Candidate;
        return flow;
    }

    private static byte[] Repeat(byte[] part, int times)
    {
        var bytes = new byte[part.Length * times];
        for (int i = 0; i < times; i++) part.CopyTo(bytes, i * part.Length);
        return bytes;
    }
}
