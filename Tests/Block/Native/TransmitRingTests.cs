using NicEmu.Spec.Events;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>The transmit queue of the native interface, without TLS: rings, completions, status values, faults, fairness.</summary>
internal sealed class TransmitRingTests
{
    private const byte DmaFault = 9;
    private const byte ContextInvalid = 0x02;
    private const byte Malformed = 14;
    private const byte TooLong = 16;
    private const byte Flushed = 17;

    [Test]
    public void Tail_Written_NothingHappensYet()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(bench.Frame(0, 60), 60));

        bench.Doorbell(0, 0x00, 1);

        Assert.That(bench.Host.Calls, Is.Empty, "a doorbell records a tail, nothing more");
        Assert.That(bench.Link.Sent, Is.Empty);
    }

    [Test]
    public void Data_OneSegment_IsSentAndCompleted()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        ulong frame = bench.Frame(0, 60);
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(frame, 60, cookie: 0x11223344));

        Post(bench, 1);

        Assert.That(bench.Link.Sent, Has.Count.EqualTo(1));
        Assert.That(bench.Link.Sent[0], Is.EqualTo(bench.Host.At(frame, 60).ToArray()));
        Assert.That(bench.Completion(0, 0), Is.EqualTo(new byte[] { 0x44, 0x33, 0x22, 0x11, 1, 0, 0, 0, 0x00, 0x01, 1, 0, 0, 0, 0, 0x80 }));
        Assert.That(bench.Read(0, 0x4014), Is.EqualTo(1u), "TXQ_HEAD");
        Assert.That(bench.Read(0, 0x402C), Is.EqualTo(1u), "TXQ_CQ_PRODUCER");
        Assert.That(bench.Errors, Is.Empty);
    }

    [Test]
    public void Completion_Written_BodyFirstThenStatusWord()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Descriptor(0, 0, NativeBench.BareDescriptor(0x1F));

        Post(bench, 1);

        Assert.That(bench.Host.Calls.TakeLast(2), Is.EqualTo(new[] { ('W', NativeBench.TxCompletions, 12), ('W', NativeBench.TxCompletions + 12, 4) }));
    }

    [Test]
    public void Data_ChainOfTwo_IsOneFrameAndOneCompletion()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        ulong frame = bench.Frame(0, 60);
        byte[] first = NativeBench.DataDescriptor(frame, 20, cookie: 7, flags: 0x02);
        first[2] = 2;
        BitConverter.TryWriteBytes(first.AsSpan(48), frame + 20);
        BitConverter.TryWriteBytes(first.AsSpan(56), 10u);
        bench.Descriptor(0, 0, first);
        bench.Descriptor(0, 1, NativeBench.DataDescriptor(frame + 30, 30, cookie: 8, flags: 0x01));

        Post(bench, 2);

        Assert.That(bench.Link.Sent.Single(), Is.EqualTo(bench.Host.At(frame, 60).ToArray()));
        Assert.That(bench.Completion(0, 0), Is.EqualTo(new byte[] { 7, 0, 0, 0, 2, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0x80 }), "cookie of the first, head after the last");
        Assert.That(bench.Completion(0, 1), Is.All.Zero);
    }

    [Test]
    public void Data_ChainWithoutEnd_WaitsForTheRest()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        ulong frame = bench.Frame(0, 60);
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(frame, 30, flags: 0x02));
        Post(bench, 1);
        int sentEarly = bench.Link.Sent.Count;

        bench.Descriptor(0, 1, NativeBench.DataDescriptor(frame + 30, 30));
        Post(bench, 2);

        Assert.That(sentEarly, Is.Zero);
        Assert.That(bench.Link.Sent.Single(), Has.Length.EqualTo(60));
    }

    [Test]
    public void Data_WithoutCompleteFlag_WritesNoCompletion()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(bench.Frame(0, 60), 60, flags: 0));

        Post(bench, 1);

        Assert.That(bench.Link.Sent, Has.Count.EqualTo(1));
        Assert.That(bench.Completion(0, 0), Is.All.Zero);
    }

    [TestCase(0x00, Malformed, TestName = "Opcode_Zero_IsNoDescriptor")]
    [TestCase(0x02, Malformed, TestName = "Opcode_Unknown_IsMalformed")]
    [TestCase(0xFF, Malformed, TestName = "Opcode_AllOnes_IsMalformed")]
    [TestCase(0x10, ContextInvalid, TestName = "Opcode_SetContextOfNoContext_IsInvalid")]
    [TestCase(0x11, ContextInvalid, TestName = "Opcode_SetProgressOfNoContext_IsInvalid")]
    [TestCase(0x14, ContextInvalid, TestName = "Opcode_RangeOfNoContext_IsInvalid")]
    [TestCase(0x17, 0, TestName = "Opcode_Fence_Completes")]
    [TestCase(0x1F, 0, TestName = "Opcode_Nop_Completes")]
    public void Opcode_Bare_CompletesWithItsStatus(byte opcode, byte status)
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Descriptor(0, 0, NativeBench.BareDescriptor(opcode, cookie: 9));

        Post(bench, 1);

        Assert.That(bench.Completion(0, 0), Is.EqualTo(new byte[] { 9, 0, 0, 0, 1, 0, 0, 0, status, opcode, 0, 0, 0, 0, 0, 0x80 }));
    }

    [TestCase(1, 0x04, TestName = "Data_AdvanceFlag_IsMalformed")]
    [TestCase(1, 0x81, TestName = "Data_ReservedFlag_IsMalformed")]
    [TestCase(2, 0, TestName = "Data_NoSegment_IsMalformed")]
    [TestCase(2, 2, TestName = "Data_TwoSegmentsOneGiven_IsMalformed")]
    [TestCase(2, 3, TestName = "Data_ThreeSegments_IsMalformed")]
    [TestCase(3, 0x20, TestName = "Data_ReservedOffload_IsMalformed")]
    [TestCase(3, 0x04, TestName = "Data_SegmentationWithoutMss_IsMalformed")]
    [TestCase(3, 0x10, TestName = "Data_TlsWithoutHeaderLength_IsMalformed")]
    [TestCase(8, 1, TestName = "Data_HandleWithoutTls_IsMalformed")]
    [TestCase(16, 1, TestName = "Data_MssWithoutSegmentation_IsMalformed")]
    [TestCase(18, 1, TestName = "Data_HeaderLengthWithoutUse_IsMalformed")]
    [TestCase(20, 1, TestName = "Data_VlanWithoutInsert_IsMalformed")]
    [TestCase(22, 1, TestName = "Data_Reserved22_IsMalformed")]
    [TestCase(31, 1, TestName = "Data_Reserved24_IsMalformed")]
    [TestCase(42, 1, TestName = "Data_LengthPast65535_IsMalformed")]
    [TestCase(47, 1, TestName = "Data_Reserved44_IsMalformed")]
    [TestCase(48, 1, TestName = "Data_SecondAddressOfNone_IsMalformed")]
    [TestCase(56, 1, TestName = "Data_SecondLengthOfNone_IsMalformed")]
    [TestCase(63, 1, TestName = "Data_Reserved60_IsMalformed")]
    public void Data_FormatBroken_SendsNothing(int offset, byte value)
    {
        var bench = new NativeBench();
        bench.EnableTx();
        byte[] descriptor = NativeBench.DataDescriptor(bench.Frame(0, 60), 60, flags: 0);
        descriptor[offset] = value;
        bench.Descriptor(0, 0, descriptor);

        Post(bench, 1);

        Assert.That(bench.Link.Sent, Is.Empty);
        Assert.That(bench.Completion(0, 0)[8], Is.EqualTo(Malformed), "errors complete without being asked for");
        Assert.That(bench.Errors, Does.Contain(GuestErrorCode.DescriptorMalformed));
        Assert.That(bench.Read(0, 0x1010), Is.EqualTo(1u), "STAT_TX_ERRORS");
    }

    [TestCase(0ul, TestName = "Data_AddressZero_IsAFault")]
    [TestCase(ulong.MaxValue, TestName = "Data_AddressAllOnes_IsAFault")]
    [TestCase(FakeHost.Base + FakeHost.Size - 59, TestName = "Data_StraddlingTheEnd_IsAFault")]
    public void Data_UnmappedBuffer_CompletesWithDmaFault(ulong address)
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(address, 60));
        bench.Descriptor(0, 1, NativeBench.DataDescriptor(bench.Frame(1, 60), 60));

        Post(bench, 2);

        Assert.That(bench.Completion(0, 0)[8], Is.EqualTo(DmaFault));
        Assert.That(bench.Completion(0, 1)[8], Is.Zero, "the queue goes on");
        Assert.That(bench.Errors, Does.Contain(GuestErrorCode.DmaFault));
    }

    [Test]
    public void Data_LastBytesOfMemory_AreSent()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(FakeHost.Base + FakeHost.Size - 60, 60));

        Post(bench, 1);

        Assert.That(bench.Completion(0, 0)[8], Is.Zero);
    }

    [Test]
    public void Data_LongerThanMtu_IsTooLong()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(bench.Frame(0, 1515), 1515));
        bench.Descriptor(0, 1, NativeBench.DataDescriptor(bench.Frame(0, 1514), 1514));

        Post(bench, 2);

        Assert.That(bench.Completion(0, 0)[8], Is.EqualTo(TooLong));
        Assert.That(bench.Completion(0, 1)[8], Is.Zero);
    }

    [Test]
    public void Chain_LongerThanAllowed_IsMalformedAndSkippedWhole()
    {
        var bench = new NativeBench();
        bench.EnableTx(log2: 6, completionLog2: 6);
        ulong frame = bench.Frame(0, 60);
        for (uint i = 0; i < 41; i++)
        {
            bench.Descriptor(0, i, NativeBench.DataDescriptor(frame, 20, flags: (byte)(i == 40 ? 1 : 2)));
        }

        Post(bench, 41);

        Assert.That(bench.Link.Sent, Is.Empty, "no part of it is taken for a frame");
        Assert.That(bench.Completion(0, 0)[..12], Is.EqualTo(new byte[] { 0, 0, 0, 0, 41, 0, 0, 0, Malformed, 1, 0, 0 }));
        Assert.That(bench.Completion(0, 1), Is.All.Zero);
    }

    [Test]
    public void Chain_BrokenOffByNop_IsMalformedAndTheNopRuns()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(bench.Frame(0, 60), 60, cookie: 1, flags: 2));
        bench.Descriptor(0, 1, NativeBench.BareDescriptor(0x1F, cookie: 2));

        Post(bench, 2);

        Assert.That(bench.Completion(0, 0)[..9], Is.EqualTo(new byte[] { 1, 0, 0, 0, 1, 0, 0, 0, Malformed }));
        Assert.That(bench.Completion(0, 1)[..9], Is.EqualTo(new byte[] { 2, 0, 0, 0, 2, 0, 0, 0, 0 }));
        Assert.That(bench.Link.Sent, Is.Empty);
    }

    [Test]
    public void Fence_FramesBefore_AreOnTheWire()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(bench.Frame(0, 1514), 1514, flags: 0));
        bench.Descriptor(0, 1, NativeBench.BareDescriptor(0x17));
        int sentAtCompletion = -1;
        bench.Host.Inside = n => sentAtCompletion = bench.Host.Calls[n].Kind == 'W' && sentAtCompletion < 0 ? bench.Link.Sent.Count : sentAtCompletion;

        Post(bench, 2);

        Assert.That(sentAtCompletion, Is.EqualTo(1));
    }

    [Test]
    public void Disable_WorkLeft_FlushesItAndClearsEnabled()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(bench.Frame(0, 60), 60, cookie: 5, flags: 0));
        bench.Descriptor(0, 1, NativeBench.BareDescriptor(0x1F, cookie: 6, flags: 0));
        bench.Doorbell(0, 0x00, 2);

        bench.Write(0, 0x400C, 0);
        uint draining = bench.Read(0, 0x4010);
        bench.Run(NativeBench.Millisecond);

        Assert.That(draining, Is.EqualTo(1u), "ENABLED until everything is flushed");
        Assert.That(bench.Read(0, 0x4010), Is.Zero);
        Assert.That(bench.Completion(0, 0)[..9], Is.EqualTo(new byte[] { 5, 0, 0, 0, 1, 0, 0, 0, Flushed }));
        Assert.That(bench.Completion(0, 1)[..9], Is.EqualTo(new byte[] { 6, 0, 0, 0, 2, 0, 0, 0, Flushed }));
        Assert.That(bench.Link.Sent, Is.Empty);
    }

    [Test]
    public void Reset_WorkLeft_CompletesNothing()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(bench.Frame(0, 60), 60));
        bench.Doorbell(0, 0x00, 1);

        bench.Write(0, 0x400C, 0x8000_0001);
        bench.Run(NativeBench.Millisecond);

        Assert.That(bench.Host.Calls, Is.Empty);
        Assert.That(bench.Read(0, 0x400C), Is.Zero, "RESET clears itself and ENABLE");
        Assert.That(bench.Read(0, 0x4010), Is.Zero);
    }

    [Test]
    public void TxEnable_Off_HoldsTheQueue()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Write(0, 0x0008, 0x2);
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(bench.Frame(0, 60), 60));
        Post(bench, 1);
        int held = bench.Host.Calls.Count;

        bench.Write(0, 0x0008, 0x3);
        bench.Run(NativeBench.Millisecond);

        Assert.That(held, Is.Zero);
        Assert.That(bench.Link.Sent, Has.Count.EqualTo(1));
    }

    [Test]
    public void BusMaster_Off_TransfersNothingAndStopsTheQueue()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Descriptor(0, 0, NativeBench.DataDescriptor(bench.Frame(0, 60), 60));
        bench.Config(0x04, 0x0002, 2);

        Post(bench, 1);

        Assert.That(bench.Host.Calls, Is.Empty);
        Assert.That(bench.Errors, Is.EqualTo(new[] { GuestErrorCode.NotBusMaster }));
        Assert.That(bench.Read(0, 0x4010), Is.EqualTo(0x0300u), "RING_FAULT, not enabled");
    }

    [Test]
    public void BusMaster_Off_RaisesNoInterrupt()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Descriptor(0, 0, NativeBench.BareDescriptor(0x1F));
        Post(bench, 1);
        bench.Config(0x04, 0x0002, 2);

        bench.Doorbell(0, 0x08, 0);
        bench.Run(NativeBench.Millisecond);
        int whileOff = bench.Host.Interrupts.Count;
        bench.Config(0x04, 0x0006, 2);
        bench.Descriptor(0, 1, NativeBench.BareDescriptor(0x1F));
        bench.Doorbell(0, 0x08, 1);
        Post(bench, 2);

        Assert.That(whileOff, Is.Zero, "the completion is there and the queue armed, but the function may not speak");
        Assert.That(bench.Host.Interrupts.Select(static i => i.Vector), Has.Member(1));
    }

    [Test]
    public void MemorySpace_Off_ReadsOnesAndIgnoresWrites()
    {
        var bench = new NativeBench();
        bench.Config(0x04, 0x0004, 2);

        bench.Write(0, 0x0404, 9000);
        uint read = bench.Read(0, 0x0404);
        bench.Config(0x04, 0x0006, 2);

        Assert.That(read, Is.EqualTo(0xFFFF_FFFFu));
        Assert.That(bench.Read(0, 0x0404), Is.EqualTo(1500u));
        Assert.That(bench.Errors, Is.EqualTo(new[] { GuestErrorCode.MemorySpaceDisabled, GuestErrorCode.MemorySpaceDisabled }));
    }

    private static void Post(NativeBench bench, uint tail)
    {
        bench.Doorbell(0, 0x00, tail);
        bench.Run(NativeBench.Millisecond);
    }
}
