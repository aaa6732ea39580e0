using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>RESYNC_ANSWER through the transmit ring, on a receive context that the mailbox made: request, acknowledgement, refusal, hint.</summary>
internal sealed class ResyncDescriptorTests
{
    private const ulong Buffers = NativeBench.Data + 0x10_0000;

    [Test]
    public void Acknowledge_Candidate_DecryptsFromTheNextRecordOn()
    {
        (TlsBench bench, ulong context) = Lost(firstNumber: 40);
        byte[] request = bench.Bench.RxCompletion(0, 0);

        bench.Post(TlsBench.Answer(context, 1, Candidate(bench, 1), 41));
        Inject(bench, 2);
        byte[] after = bench.Bench.RxCompletion(0, 1);

        Assert.That(request[16..18], Is.EqualTo(new byte[] { 3, 4 }), "RESYNC_REQUEST, AWAITING_ANSWER");
        Assert.That(BitConverter.ToUInt32(request, 20), Is.EqualTo(Candidate(bench, 1)));
        Assert.That(BitConverter.ToUInt64(request, 24), Is.EqualTo(context));
        Assert.That(bench.Bench.Completion(0, 0), Is.EqualTo(new byte[] { 0, 0, 0xD0, 0xD0, 1, 0, 0, 0, 0x00, 0x16, 0, 0, 0, 0, 0, 0x80 }));
        Assert.That(after[16..19], Is.EqualTo(new byte[] { 1, 0, 1 }), "DECRYPTED, one record");
        Assert.That(BitConverter.ToUInt64(after, 32), Is.EqualTo(42ul));
        Assert.That(Content(bench, 1, 2), Is.EqualTo(bench.Plain[(bench.Records[2] + 5)..(bench.Records[3] - 16)]));
    }

    [Test]
    public void Refuse_Candidate_SearchesOnAndAsksAgain()
    {
        (TlsBench bench, ulong context) = Lost(firstNumber: 0);

        bench.Post(TlsBench.Answer(context, 0, Candidate(bench, 1), 0));
        Inject(bench, 2);
        byte[] again = bench.Bench.RxCompletion(0, 1);

        Assert.That(bench.Bench.Completion(0, 0)[8], Is.Zero);
        Assert.That(again[16], Is.EqualTo(3), "RESYNC_REQUEST");
        Assert.That(BitConverter.ToUInt32(again, 20), Is.EqualTo(Candidate(bench, 2)));
    }

    [Test]
    public void Acknowledge_AnotherPlace_IsStaleAndMovesNothing()
    {
        (TlsBench bench, ulong context) = Lost(firstNumber: 0);

        bench.Post(TlsBench.Answer(context, 1, Candidate(bench, 1) + 1, 1), TlsBench.Answer(context, 1, Candidate(bench, 1), 1));
        Inject(bench, 2);

        Assert.That((bench.Bench.Completion(0, 0)[8], bench.Bench.Completion(0, 1)[8]), Is.EqualTo(((byte)0x15, (byte)0x00)));
        Assert.That(bench.Bench.RxCompletion(0, 1)[16], Is.EqualTo(1), "the right answer still counts");
    }

    [Test]
    public void Hint_NextRecord_IsProvedByItBeforeAnythingIsDecrypted()
    {
        (TlsBench bench, ulong context) = Lost(firstNumber: 0);
        bench.Post(TlsBench.Answer(context, 0, Candidate(bench, 1), 0));

        bench.Post(TlsBench.Answer(context, 2, Candidate(bench, 2), 2));
        Inject(bench, 2);
        Inject(bench, 3);

        Assert.That(bench.Bench.Completion(0, 1)[8], Is.Zero);
        Assert.That(bench.Bench.RxCompletion(0, 1)[16], Is.EqualTo(2), "NOT_DECRYPTED: this record is the proof");
        Assert.That(bench.Bench.RxCompletion(0, 2)[16], Is.EqualTo(1));
    }

    [Test]
    public void Query_ReceiveContextThatWaits_WritesItsSnapshot()
    {
        (TlsBench bench, ulong context) = Lost(firstNumber: 0);

        bench.Post(TlsBench.Query(context, Buffers + 0x8000));
        byte[] snapshot = bench.Bench.Host.At(Buffers + 0x8000, 64).ToArray();

        Assert.That(BitConverter.ToUInt64(snapshot), Is.EqualTo(context));
        Assert.That(snapshot[8..16], Is.EqualTo(new byte[] { 1, 4, 1, 0, 4, 3, 0, 0 }), "receive, TRACKING, AES-128-GCM, TLS 1.3, queue 0");
        Assert.That(BitConverter.ToUInt32(snapshot, 40), Is.EqualTo(Candidate(bench, 1)));
    }

    /// <summary>A context whose first record never came.</summary>
    private static (TlsBench Bench, ulong Context) Lost(ulong firstNumber)
    {
        var bench = new TlsBench(TlsVersion.Tls13, TlsCipher.Aes128Gcm, firstNumber);
        ulong context = bench.CreateRx();
        bench.Bench.EnableRx();
        for (uint i = 0; i < 4; i++)
        {
            bench.Bench.RxBuffer(0, i, Buffers + (0x800 * i), 2048, i);
        }

        bench.Bench.Doorbell(0, 0x10, 4);
        bench.Bench.Run(NativeBench.Millisecond);
        Inject(bench, 1);
        return (bench, context);
    }

    private static uint Candidate(TlsBench bench, int record) => unchecked(TlsBench.Start + (uint)bench.Records[record]);

    private static void Inject(TlsBench bench, int record)
    {
        bench.Bench.Link.Inject(bench.Received(bench.Records[record], bench.Records[record + 1] - bench.Records[record]));
        bench.Bench.Run(NativeBench.Millisecond);
    }

    /// <summary>What lies in a buffer between a record's header and its tag.</summary>
    private static byte[] Content(TlsBench bench, int buffer, int record)
    {
        int length = bench.Records[record + 1] - bench.Records[record];
        return bench.Bench.Host.At(Buffers + (0x800 * (ulong)buffer) + TlsBench.HeaderLength + 5, length - 21).ToArray();
    }
}
