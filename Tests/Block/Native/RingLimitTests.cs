using NicEmu.Spec.Events;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>Ring limits: exact capacity, doorbells out of range, full completion rings, endless rings, fairness, queue configuration.</summary>
internal sealed class RingLimitTests
{
    [Test]
    public void Ring_ExactlyFull_RunsToTheLastDescriptor()
    {
        var bench = new NativeBench();
        bench.EnableTx(log2: 3, completionLog2: 4);
        FillWithNops(bench, 8);

        bench.Doorbell(0, 0x00, 8);
        bench.Run(NativeBench.Millisecond);

        Assert.That(bench.Read(0, 0x402C), Is.EqualTo(8u));
        Assert.That(bench.Errors, Is.Empty);
    }

    [TestCase(9u, TestName = "Tail_OneBeyondTheRing_StopsTheQueue")]
    [TestCase(uint.MaxValue, TestName = "Tail_AllOnes_StopsTheQueue")]
    public void Tail_OutOfRange_StopsTheQueue(uint tail)
    {
        var bench = new NativeBench();
        bench.EnableTx(log2: 3);
        FillWithNops(bench, 8);

        bench.Doorbell(0, 0x00, tail);
        bench.Run(NativeBench.Millisecond);

        Assert.That(bench.Host.Calls, Is.Empty);
        Assert.That(bench.Read(0, 0x4010), Is.EqualTo(0x0200u), "DOORBELL_RANGE");
        Assert.That(bench.Errors, Is.EqualTo(new[] { GuestErrorCode.DoorbellRange }));
        bench.Write(0, 0x400C, 0);
        Assert.That(bench.Read(0, 0x4010), Is.Zero, "disabling clears the error");
    }

    [Test]
    public void Tail_Backwards_StopsTheQueue()
    {
        var bench = new NativeBench();
        bench.EnableTx(log2: 3);
        FillWithNops(bench, 8);
        bench.Doorbell(0, 0x00, 4);

        bench.Doorbell(0, 0x00, 3);

        Assert.That(bench.Read(0, 0x4010) >> 8, Is.EqualTo(2u));
    }

    [Test]
    public void Tail_DisabledQueue_IsReportedAndNotKept()
    {
        var bench = new NativeBench();

        bench.Doorbell(15, 0x00, 1);

        Assert.That(bench.Read(2, 0xF000), Is.Zero);
        Assert.That(bench.Errors, Is.EqualTo(new[] { GuestErrorCode.DoorbellRange }));
    }

    [Test]
    public void Ring_ManyPasses_PhaseChangesWithEachPass()
    {
        var bench = new NativeBench();
        bench.EnableTx(log2: 3, completionLog2: 3);
        FillWithNops(bench, 8);

        for (uint tail = 8; tail <= 32; tail += 8)
        {
            bench.Doorbell(0, 0x00, tail);
            bench.Run(NativeBench.Millisecond);
            byte phase = bench.Completion(0, 7)[15];
            Assert.That(phase, Is.EqualTo(tail is 8 or 24 ? 0x80 : 0x00), $"pass {tail / 8}");
            bench.Doorbell(0, 0x04, tail);
        }

        Assert.That(bench.Completion(0, 7)[4..8], Is.EqualTo(new byte[] { 32, 0, 0, 0 }), "HEAD runs freely");
        Assert.That(bench.Errors, Is.Empty);
    }

    [Test]
    public void CompletionRing_Full_StallsUntilTheConsumerMoves()
    {
        var bench = new NativeBench();
        bench.EnableTx(log2: 4, completionLog2: 3);
        FillWithNops(bench, 16);
        bench.Doorbell(0, 0x00, 16);
        bench.Run(NativeBench.Millisecond);
        uint stalledAt = bench.Read(0, 0x402C);

        bench.Doorbell(0, 0x04, 1);
        bench.Run(NativeBench.Millisecond);

        Assert.That(stalledAt, Is.EqualTo(8u), "exactly the capacity");
        Assert.That(bench.Read(0, 0x402C), Is.EqualTo(9u), "one was consumed, one more was written");
        Assert.That(bench.Errors, Is.Empty);
    }

    [TestCase(1u, TestName = "Consumer_BeyondTheProducer_StopsTheQueue")]
    [TestCase(uint.MaxValue, TestName = "Consumer_AllOnes_StopsTheQueue")]
    public void Consumer_OutOfRange_StopsTheQueue(uint index)
    {
        var bench = new NativeBench();
        bench.EnableTx();

        bench.Doorbell(0, 0x04, index);

        Assert.That(bench.Read(0, 0x4010), Is.EqualTo(0x0500u), "CONSUMER_INDEX");
        Assert.That(bench.Errors, Is.EqualTo(new[] { GuestErrorCode.ConsumerIndex }));
    }

    [Test]
    public void Arm_CompletionsExist_InterruptsOnce()
    {
        var bench = new NativeBench();
        bench.EnableTx(vector: 5);
        FillWithNops(bench, 8);
        bench.Doorbell(0, 0x00, 2);
        bench.Run(NativeBench.Millisecond);
        int unarmed = bench.Host.Interrupts.Count;

        bench.Doorbell(0, 0x08, 1);
        bench.Run(NativeBench.Millisecond);
        bench.Doorbell(0, 0x00, 4);
        bench.Run(NativeBench.Millisecond);

        Assert.That(unarmed, Is.Zero);
        Assert.That(bench.Host.Interrupts.Select(static i => i.Vector), Is.EqualTo(new[] { 5 }), "armed once");
    }

    [Test]
    public void Arm_NothingNew_InterruptsWithTheNextCompletion()
    {
        var bench = new NativeBench();
        bench.EnableTx(vector: 32);
        FillWithNops(bench, 8);
        bench.Doorbell(0, 0x08, 0);
        bench.Run(NativeBench.Millisecond);
        int early = bench.Host.Interrupts.Count;

        bench.Doorbell(0, 0x00, 3);
        bench.Run(NativeBench.Millisecond);

        Assert.That(early, Is.Zero);
        Assert.That(bench.Host.Interrupts.Select(static i => i.Vector), Is.EqualTo(new[] { 32 }));
        Assert.That(bench.Host.Interrupts[0].TimePs, Is.GreaterThan(0));
    }

    [TestCase(1u)]
    [TestCase(0x8000_0000u)]
    [TestCase(uint.MaxValue)]
    public void Arm_IndexOutOfRange_IsReported(uint index)
    {
        var bench = new NativeBench();
        bench.EnableTx();

        bench.Doorbell(0, 0x08, index);

        Assert.That(bench.Errors, Is.EqualTo(new[] { GuestErrorCode.ConsumerIndex }));
        Assert.That(bench.Read(2, 0x08), Is.Zero, "DB_TX_ARM reads zero");
    }

    [Test]
    public void Ring_NeverEnding_TimeGoesOnAndTheOtherQueueRuns()
    {
        var bench = new NativeBench();
        bench.EnableTx(queue: 0, log2: 3, completionLog2: 4);
        bench.EnableTx(queue: 1, log2: 3, completionLog2: 4, vector: 2);
        for (uint i = 0; i < 8; i++)
        {
            bench.Descriptor(0, i, NativeBench.BareDescriptor(0x1F, flags: 0));
            bench.Descriptor(1, i, NativeBench.BareDescriptor(0x1F, cookie: i));
        }

        // The driver posts again inside every transaction: the ring of queue 0 never runs dry.
        bench.Host.Inside = _ => bench.Doorbell(0, 0x00, bench.Read(0, 0x4014) + 1);
        bench.Doorbell(0, 0x00, 8);
        bench.Doorbell(1, 0x00, 8);
        long before = bench.Loop.EventsRun;
        bench.Run(NativeBench.Millisecond / 10);

        Assert.That(bench.Completion(1, 7)[8..10], Is.EqualTo(new byte[] { 0, 0x1F }), "queue 1 was served to its end");
        Assert.That(bench.Loop.EventsRun - before, Is.LessThan(5000), "every step takes time");
    }

    [Test]
    public void Queues_BothBusy_TakeTurns()
    {
        var bench = new NativeBench();
        bench.EnableTx(queue: 0, log2: 6, completionLog2: 6);
        bench.EnableTx(queue: 1, log2: 6, completionLog2: 6, vector: 2);
        for (uint i = 0; i < 64; i++)
        {
            bench.Descriptor(0, i, NativeBench.BareDescriptor(0x1F));
            bench.Descriptor(1, i, NativeBench.BareDescriptor(0x1F));
        }

        bench.Doorbell(0, 0x00, 64);
        bench.Doorbell(1, 0x00, 64);
        bench.Run(NativeBench.Millisecond);

        char[] order = [.. bench.Host.Calls.Where(static c => c is { Kind: 'W', Length: 12 }).Select(static c => c.Address < NativeBench.TxCompletions + NativeBench.QueueStride ? '0' : '1')];
        Assert.That(order, Has.Length.EqualTo(128));
        Assert.That(new string(order[..32]), Is.EqualTo(new string('0', 16) + new string('1', 16)), "sixteen descriptors each, then the other");
    }

    [TestCase(0x4000ul, 1ul, TestName = "Enable_BaseNotAligned_IsRefused")]
    [TestCase(0x4008ul, 2ul, TestName = "Enable_RingOfFour_IsRefused")]
    [TestCase(0x4008ul, 16ul, TestName = "Enable_RingOf65536_IsRefused")]
    [TestCase(0x4008ul, 0x1Ful, TestName = "Enable_SizeAllOnes_IsRefused")]
    [TestCase(0x4020ul, 0x800ul, TestName = "Enable_CompletionBaseNotAligned_IsRefused")]
    [TestCase(0x4028ul, 0ul, TestName = "Enable_CompletionRingOfOne_IsRefused")]
    [TestCase(0x4030ul, 33ul, TestName = "Enable_VectorPastTheLast_IsRefused")]
    [TestCase(0x4030ul, 0xFFFFul, TestName = "Enable_VectorAllOnes_IsRefused")]
    public void Enable_BadConfiguration_IsRefused(ulong register, ulong value)
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Write(0, 0x400C, 0);
        bench.Write(0, register, value);

        bench.Write(0, 0x400C, 1);

        Assert.That(bench.Read(0, 0x400C), Is.Zero, "ENABLE falls back");
        Assert.That(bench.Read(0, 0x4010), Is.EqualTo(0x0100u), "CONFIGURATION");
        Assert.That(bench.Errors, Is.EqualTo(new[] { GuestErrorCode.QueueConfiguration }));
    }

    [TestCase(6, 1u, TestName = "Enable_RingUpToTheEndOfTheAddressSpace_IsTaken")]
    [TestCase(7, 0x0100u, TestName = "Enable_RingPastTheEndOfTheAddressSpace_IsRefused")]
    public void Enable_LastPage_TakesWhatFits(int log2, uint status)
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Write(0, 0x400C, 0);
        bench.Write(0, 0x4000, 0xFFFF_FFFF_FFFF_F000, 8);
        bench.Write(0, 0x4008, (ulong)log2);

        bench.Write(0, 0x400C, 1);

        Assert.That(bench.Read(0, 0x4010), Is.EqualTo(status));
    }

    [Test]
    public void Enable_LastVector_IsTaken()
    {
        var bench = new NativeBench();

        bench.EnableTx(log2: 15, completionLog2: 15, vector: 32);

        Assert.That(bench.Read(0, 0x4010), Is.EqualTo(1u));
    }

    [Test]
    public void Configuration_WrittenWhileEnabled_IsReportedAndTakesNoEffect()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Write(0, 0x4000, 0x7777_7000, 8);
        bench.Descriptor(0, 0, NativeBench.BareDescriptor(0x1F));

        bench.Doorbell(0, 0x00, 1);
        bench.Run(NativeBench.Millisecond);

        Assert.That(bench.Host.Calls[0].Address, Is.EqualTo(NativeBench.TxRing));
        Assert.That(bench.Errors, Is.All.EqualTo(GuestErrorCode.QueueConfiguration));
    }

    [Test]
    public void Ring_Unreadable_StopsTheQueueAndQueuesAnEvent()
    {
        var bench = new NativeBench();
        bench.EnableEvents();
        bench.EnableTx();
        bench.Host.Poisoned.Add(NativeBench.TxRing);

        bench.Doorbell(0, 0x00, 1);
        bench.Run(NativeBench.Millisecond);

        Assert.That(bench.Read(0, 0x4010), Is.EqualTo(0x0300u), "RING_FAULT");
        Assert.That(bench.Host.At(NativeBench.EventRing, 8).ToArray(), Is.EqualTo(new byte[] { 8, 0, 0, 0, 3, 0, 0, 0 }), "QUEUE_ERROR of queue 0");
    }

    [Test]
    public void CompletionRing_Unwritable_StopsTheQueue()
    {
        var bench = new NativeBench();
        bench.EnableTx();
        bench.Host.Poisoned.Add(NativeBench.TxCompletions + 12);
        FillWithNops(bench, 8);

        bench.Doorbell(0, 0x00, 8);
        bench.Run(NativeBench.Millisecond);

        Assert.That(bench.Read(0, 0x4010), Is.EqualTo(0x0400u), "COMPLETION_FAULT");
    }

    private static void FillWithNops(NativeBench bench, uint count)
    {
        for (uint i = 0; i < count; i++)
        {
            bench.Descriptor(0, i, NativeBench.BareDescriptor(0x1F, cookie: i));
        }
    }
}
