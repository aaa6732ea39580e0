using System.Buffers.Binary;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>The TLS verbs of the transmit ring, on contexts that the mailbox made: what goes out, and that it is what two other implementations make.</summary>
internal sealed class TlsDescriptorTests
{
    private const byte Complete = 1;

    [Test, Combinatorial]
    public void Data_InOrder_IsTheOraclesFrames([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        var bench = new TlsBench(version, cipher, firstNumber: 7);
        int[] cuts = [3, 290, 60, 1, 700, 900];
        var expected = new List<byte[]>();

        int at = 0;
        foreach (int cut in cuts)
        {
            bench.Post(bench.Data(at, cut));
            expected.Add(bench.Expected(at, cut));
            at += cut;
        }

        Assert.That(bench.Sent, Is.EqualTo(expected), "headers, checksums, ciphertext, tags");
        Assert.That(bench.Bench.Errors, Is.Empty);
    }

    [Test, Combinatorial]
    public void Data_SegmentedRecords_AreTheOraclesFrames([Values] TlsVersion version, [Values] TlsCipher cipher, [Values(1460, 333)] int mss)
    {
        var bench = new TlsBench(version, cipher);
        int length = bench.Plain.Length;

        bench.Post(bench.Data(0, length, Complete, (ushort)mss, cookie: 0x0403_0201));

        byte[][] expected = bench.Expected(0, length, mss);
        Assert.That(bench.Sent, Is.EqualTo(expected));
        Assert.That(
            bench.Bench.Completion(0, 0),
            Is.EqualTo(new byte[] { 1, 2, 3, 4, 1, 0, 0, 0, 0x00, 0x01, (byte)expected.Length, 0, 0, 0, 0, 0x80 }));
    }

    [Test]
    public void Data_ChainOfTwoDescriptors_IsProtectedAsOne()
    {
        var bench = new TlsBench();
        byte[] whole = bench.Data(0, 1000);
        ulong address = BinaryPrimitives.ReadUInt64LittleEndian(whole.AsSpan(32));
        byte[] first = [.. whole];
        first[1] = 2;
        BinaryPrimitives.WriteUInt32LittleEndian(first.AsSpan(40), 100);

        bench.Post(first, NativeBench.DataDescriptor(address + 100, 954));

        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(0, 1000) }));
    }

    [Test, Combinatorial]
    public void Position_RangeBeforeTheTag_IsTheSameBytesAgain([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        var bench = new TlsBench(version, cipher);
        bench.Post(bench.Data(0, 1000));
        bench.Sent.Clear();
        int record = bench.Records[1];

        bench.Post(bench.Position(1, Complete), bench.Data(record + 40, 200, Complete, cookie: 5), bench.Data(1000, 100));

        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(record + 40, 200), bench.Expected(1000, 100) }), "and the head is where it was");
        Assert.That(bench.Bench.Completion(0, 0), Is.EqualTo(new byte[] { 0, 0, 0xB0, 0xB0, 2, 0, 0, 0, 0x00, 0x12, 0, 0, 0, 0, 0, 0x80 }));
        Assert.That(bench.Bench.Completion(0, 1), Is.EqualTo(new byte[] { 5, 0, 0, 0, 3, 0, 0, 0, 0x00, 0x01, 1, 0, 0, 0, 0, 0x80 }));
    }

    [Test, Combinatorial]
    public void PositionAndReplay_RangeOverTheTag_IsTheSameBytesAgain([Values] TlsVersion version, [Values] TlsCipher cipher, [Values(1, 2, 13, 39, 300)] int before)
    {
        var bench = new TlsBench(version, cipher);
        bench.Post(bench.Data(0, 1400));
        bench.Sent.Clear();
        int record = bench.Records[1];
        int length = bench.Records[3] - record - before;

        bench.Post([bench.Position(1), bench.Replay(record, 1), .. Rest(bench, record, before), bench.Data(record + before, length, Complete)]);

        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(record + before, length) }), "REPLAY itself is never sent");
        Assert.That(bench.Bench.Completion(0, 0)[8], Is.Zero);
        Assert.That(bench.Bench.Completion(0, 1), Is.All.Zero, "nothing completed that did not ask and did not fail");
    }

    [Test]
    public void Position_WithAdvance_MovesTheHead()
    {
        var bench = new TlsBench();
        bench.Post(bench.Data(0, 500));
        bench.Sent.Clear();
        int record = bench.Records[1];

        bench.Post(bench.Position(1, flags: 4), bench.Data(record, 600), bench.Data(record + 600, 50, Complete));

        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(record, 600), bench.Expected(record + 600, 50) }));
        Assert.That(bench.Bench.Completion(0, 0)[8], Is.Zero);
    }

    [Test]
    public void Position_WrongRecordNumber_IsNotNoticed()
    {
        var bench = new TlsBench();
        bench.Post(bench.Data(0, 1000));
        bench.Sent.Clear();

        bench.Post(bench.Position(0, number: 1), bench.Data(0, bench.Records[1], Complete));

        Assert.That(bench.Bench.Completion(0, 0)[8], Is.Zero, "S-TX-25: the record is gone, nothing is left to check the number against");
        Assert.That(bench.Sent.Single(), Is.Not.EqualTo(bench.Expected(0, bench.Records[1])));
    }

    [Test]
    public void Position_StepBudgetEndsAnywhere_StaysInItsSlot()
    {
        // The budget of one step is less than 20 descriptors: one of these runs has its break between POSITION and REPLAY, one between REPLAY and DATA.
        for (int before = 0; before < 20; before++)
        {
            var bench = new TlsBench();
            bench.Post(bench.Data(0, 1000));
            bench.Sent.Clear();
            for (int i = 0; i < before; i++)
            {
                bench.Put(NativeBench.BareDescriptor(0x1F, flags: 0));
            }

            bench.Post(bench.Position(0), bench.Replay(0, 50), bench.Data(50, 300, Complete));

            Assert.That(bench.Bench.Completion(0, 0)[8], Is.Zero, $"{before} before");
            Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(50, 300) }), $"{before} before");
        }
    }

    [TestCase(0u, TestName = "Position_QueueDisabled_IsGone")]
    [TestCase(0x8000_0000u, TestName = "Position_QueueReset_IsGone")]
    public void Position_QueueStopped_IsGone(uint control)
    {
        var bench = new TlsBench();
        bench.Post(bench.Data(0, 1000), bench.Position(0));
        bench.Sent.Clear();

        bench.Bench.Write(0, 0x400C, control);
        bench.EnableQueue(0);
        bench.Post(bench.Data(0, 100, Complete), bench.Data(1000, 100, Complete));

        Assert.That(bench.Bench.Completion(0, 0)[8], Is.EqualTo(0x01), "NOT_IN_SEQUENCE: no POSITION is left");
        Assert.That(bench.Bench.Completion(0, 1)[8], Is.Zero);
        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(1000, 100) }));
    }

    [Test]
    public void Position_FunctionLevelReset_IsGoneAndTheOldHandleIsStale()
    {
        var bench = new TlsBench();
        bench.Post(bench.Data(0, 1000), bench.Position(0));
        byte[] old = bench.Data(1000, 50, Complete);
        bench.Sent.Clear();

        bench.Bench.Config(0x68, 0x8000, 2);
        bench.Bench.Start();
        bench.EnableQueue(0);
        bench.Recreate();
        bench.Post(old, bench.Data(0, 100, Complete), bench.Replay(0, 10));

        Assert.That(Enumerable.Range(0, 3).Select(i => bench.Bench.Completion(0, (uint)i)[8]), Is.EqualTo(new byte[] { 0x03, 0x00, 0x0B }), "KEY_STALE, OK, SEQUENCE_BROKEN");
        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(0, 100) }));
    }

    [Test]
    public void Fence_BehindRecords_CompletesWhenTheirFramesHaveLeft()
    {
        var bench = new TlsBench();
        int atCompletion = -1;
        bench.Bench.Host.Inside = n =>
        {
            if (bench.Bench.Host.Calls[n].Kind == 'W' && atCompletion < 0)
            {
                atCompletion = bench.Sent.Count;
            }
        };

        bench.Post(bench.Data(0, 2000, mss: 500), bench.Data(2000, 300), NativeBench.BareDescriptor(0x17));

        Assert.That(atCompletion, Is.EqualTo(5));
        Assert.That(bench.Sent[^1], Is.EqualTo(bench.Expected(2000, 300)));
    }

    [Test]
    public void Query_TransmitContextInMidRecord_WritesItsSnapshot()
    {
        var bench = new TlsBench(firstNumber: 0x1122);
        ulong target = NativeBench.Data + 0x10_0000;

        bench.Post(bench.Data(0, bench.Records[1] + 60), TlsBench.Query(bench.Context, target));

        Assert.That(bench.Bench.Completion(0, 0), Is.EqualTo(new byte[] { 0, 0, 0xE0, 0xE0, 2, 0, 0, 0, 0x00, 0x15, 0, 0, 0, 0, 0, 0x80 }));
        // Record 0: 5 + 300 + 1 + 16 = 322 bytes; record 1: 422. 0xFFFFFE00 + 322 = 0xFFFFFF42; + 60 = 0xFFFFFF7E.
        byte[] expected =
        [
            .. BitConverter.GetBytes(bench.Context), 0, 1, 1, 0, 4, 3, 0, 0, 0x7E, 0xFF, 0xFF, 0xFF, 0x42, 0xFF, 0xFF, 0xFF,
            0x23, 0x11, 0, 0, 0, 0, 0, 0, 60, 0, 0, 0, 0xA6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            1, 0, 0, 0, 0, 0, 0, 0, 0x7E, 1, 0, 0, 0, 0, 0, 0,
        ];
        Assert.That(bench.Bench.Host.At(target, 64).ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void TxDestroy_ChainHalfGathered_IsBusyAndGoesWithIt()
    {
        var bench = new TlsBench();
        byte[] whole = bench.Data(0, 200);
        ulong address = BinaryPrimitives.ReadUInt64LittleEndian(whole.AsSpan(32));
        byte[] first = [.. whole];
        first[1] = 2;
        BinaryPrimitives.WriteUInt32LittleEndian(first.AsSpan(40), 100);
        bench.Post(first);
        byte[] context = BitConverter.GetBytes(bench.Context);
        byte[] key = BitConverter.GetBytes(bench.Key);

        uint destroy = bench.Bench.Command(33, context);
        uint keyBefore = bench.Bench.Command(20, key);
        bench.Post(NativeBench.DataDescriptor(address + 100, 154), bench.Data(200, 100));
        uint keyAfter = bench.Bench.Command(20, key);

        Assert.That((destroy, keyBefore, keyAfter), Is.EqualTo((7u, 7u, 0u)), "BUSY, BUSY, OK");
        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(0, 200) }), "what was in flight is sent, protected");
        Assert.That(Enumerable.Range(0, 2).Select(i => bench.Bench.Completion(0, (uint)i)[8]), Is.EqualTo(new byte[] { 0x00, 0x03 }), "then the handle is stale");
    }

    [Test]
    public void TxDestroy_PostedButNotFetched_SendsNothing()
    {
        var bench = new TlsBench();
        bench.Bench.Write(0, 0x0008, 0x2);
        bench.Post(bench.Data(0, 200));

        uint destroy = bench.Bench.Command(33, BitConverter.GetBytes(bench.Context));
        bench.Bench.Write(0, 0x0008, 0x3);
        bench.Bench.Run(NativeBench.Millisecond);

        Assert.That(destroy, Is.Zero);
        Assert.That(bench.Bench.Completion(0, 0)[8], Is.EqualTo(0x03), "KEY_STALE");
        Assert.That(bench.Sent, Is.Empty, "never the plaintext");
    }

    private static byte[][] Rest(TlsBench bench, int record, int before) => before > 1 ? [bench.Replay(record + 1, before - 1)] : [];
}
