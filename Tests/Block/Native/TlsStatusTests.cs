using System.Buffers.Binary;
using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>
/// Every status that a transmit descriptor can complete with, reached through the ring: the completion byte for byte, no frame, and a context that
/// goes on where it was.
/// </summary>
internal sealed class TlsStatusTests
{
    private static readonly RefusedCase[] Cases =
    [
        new("NotInSequence_Behind", 0x01, static b => [b.Data(0, 100)]),
        new("NotInSequence_Ahead", 0x01, static b => [b.Data(1001, 100)]),
        new("NotInSequence_AdvanceBehindTheHead", 0x01, static b => [b.Position(0, 4), b.Data(0, 100)]),
        new("ContextInvalid_KeyHandle", 0x02, static b => [With(b.Data(1000, 100), 8, BitConverter.GetBytes(b.Key))]),
        new("ContextInvalid_AllOnes", 0x02, static b => [With(b.Data(1000, 100), 8, BitConverter.GetBytes(ulong.MaxValue))]),
        new("KeyStale_Revoked", 0x03, static b =>
        {
            Assert.That(b.Bench.Command(18, BitConverter.GetBytes(b.Key)), Is.Zero);
            return [b.Data(1000, 100)];
        }) { IsTheEnd = true },
        new("RecordMalformed_PositionOfAnotherType", 0x04, static b => [With(b.Position(0), 2, [0x99])]) { Opcode = 0x12 },
        new("RecordMalformed_DataContradictsPosition", 0x04, static b => [With(b.Position(0), 20, [0x43, 0x01]), b.Data(0, 100)]),
        new("TagWithoutReplay", 0x05, static b => [b.Position(0), b.Data(50, b.Records[1] - 50)]),
        new("ReplayShort", 0x06, static b => [b.Position(0), b.Replay(0, 49), b.Data(50, 200)]),
        new("ReplayLong_PastData", 0x07, static b => [b.Position(0), b.Replay(0, 51), b.Data(50, 200)]),
        new("ReplayLong_PastTheRecord", 0x07, static b => [b.Position(0), b.Replay(0, b.Records[1] + 1)]) { Opcode = 0x13 },
        new("DmaFault_SecondSegment", 0x09, static b => [SecondSegment(b.Data(1000, 100), FakeHost.Base + FakeHost.Size)]),
        new("DmaFault_Replay", 0x09, static b => [b.Position(0), With(b.Replay(0, 50), 32, BitConverter.GetBytes(0x10ul))]) { Opcode = 0x13 },
        new("DmaFault_Query", 0x09, static b => [TlsBench.Query(b.Context, FakeHost.Base + FakeHost.Size)]) { Opcode = 0x15 },
        new("ModeMismatch_SetContext", 0x13, static b => [b.SetContext(0)]) { Opcode = 0x10 },
        new("ModeMismatch_SetProgress", 0x13, static b => [b.SetProgress(0)]) { Opcode = 0x11 },
        new("ModeMismatch_Range", 0x13, static b => [b.Range(0, b.Records[1])]) { Opcode = 0x14 },
        new("SequenceBroken_SetContext", 0x0B, static b => [b.Position(0), b.SetContext(0)]) { Opcode = 0x10 },
        new("SequenceBroken_SetProgress", 0x0B, static b => [b.Position(0), b.SetProgress(0)]) { Opcode = 0x11 },
        new("SequenceBroken_Range", 0x0B, static b => [b.Position(0), b.Range(0, b.Records[1])]) { Opcode = 0x14 },
        new("SequenceBroken_Nop", 0x0B, static b => [b.Position(0), NativeBench.BareDescriptor(0x1F, flags: 0)]) { Opcode = 0x1F },
        new("SequenceBroken_PositionAgain", 0x0B, static b => [b.Position(0), b.Position(0)]) { Opcode = 0x12 },
        new("SequenceBroken_ReplayAlone", 0x0B, static b => [b.Replay(0, 50)]) { Opcode = 0x13 },
        new("SequenceBroken_Query", 0x0B, static b => [b.Position(0), TlsBench.Query(b.Context, NativeBench.Data)]) { Opcode = 0x15 },
        new("PassesHead", 0x0C, static b => [b.Position(1), b.Data(b.Records[1], 1000)]),
        new("WrongQueue_Data", 0x0D, static b => [b.Data(1000, 100)]) { Queue = 1 },
        new("WrongQueue_Position", 0x0D, static b => [b.Position(0)]) { Queue = 1, Opcode = 0x12 },
        new("DescriptorMalformed_Data", 0x0E, static b => [With(b.Data(1000, 100), 22, [1])]),
        new("DescriptorMalformed_Position", 0x0E, static b => [With(b.Position(0), 63, [1])]) { Opcode = 0x12 },
        new("DescriptorMalformed_Replay", 0x0E, static b => [b.Position(0), With(b.Replay(0, 50), 3, [1])]) { Opcode = 0x13 },
        new("DescriptorMalformed_ReplayTooLong", 0x0E, static b => [b.Position(0), With(b.Replay(0, 50), 40, [0x01, 0x80])]) { Opcode = 0x13 },
        new("DescriptorMalformed_QueryUnaligned", 0x0E, static b => [TlsBench.Query(b.Context, NativeBench.Data + 32)]) { Opcode = 0x15 },
        new("DescriptorMalformed_AnswerOfKindThree", 0x0E, static b => [TlsBench.Answer(b.CreateRx(), 3, TlsBench.Start, 0)]) { Opcode = 0x16 },
        new("DescriptorMalformed_RefusalWithNumber", 0x0E, static b => [TlsBench.Answer(b.CreateRx(), 0, TlsBench.Start, 1)]) { Opcode = 0x16 },
        new("HeadersMalformed_HeaderLength", 0x0F, static b => [With(b.Data(1000, 100), 18, [55])]),
        new("TooLong", 0x10, static b => [b.Data(1000, 1461)]),
        new("Flushed", 0x11, static b => [b.Data(1000, 100)])
        {
            BeforeItRuns = static b => b.Bench.Write(0, 0x400C, 0),
            Mend = static b => b.EnableQueue(0),
        },
        new("LinkDown", 0x12, static b => [b.Data(1000, 100)])
        {
            BeforeItRuns = static b => b.Bench.Link.SetUp(false),
            Mend = static b => b.Bench.Link.SetUp(true),
        },
        new("BeforeStart_Wholly", 0x14, static b => [b.Data(-100, 100)]),
        new("BeforeStart_InPart", 0x14, static b => [b.Data(-1, 100)]),
        new("AnswerStale", 0x15, static b => [TlsBench.Answer(b.CreateRx(), 1, TlsBench.Start, 0)]) { Opcode = 0x16 },
        new("AnswerToATransmitContext", 0x02, static b => [TlsBench.Answer(b.Context, 1, TlsBench.Start, 0)]) { Opcode = 0x16 },
    ];

    private static IEnumerable<TestCaseData> Named() => Cases.Select(static c => new TestCaseData(c).SetArgDisplayNames(c.Name));

    [TestCaseSource(nameof(Named))]
    public void Descriptor_Refused_SendsNothingAndMovesNothing(RefusedCase c)
    {
        var bench = new TlsBench();
        bench.Post(bench.Data(0, 1000));
        byte[][] descriptors = c.Arrange(bench);
        bench.Sent.Clear();
        foreach (byte[] descriptor in descriptors)
        {
            bench.Put(descriptor, c.Queue);
        }

        byte[] last = descriptors[^1];
        uint head = bench.Tail(c.Queue);

        bench.Ring(c.Queue);
        c.BeforeItRuns(bench);
        bench.Bench.Run(NativeBench.Millisecond);

        Assert.That(
            bench.Bench.Completion(c.Queue, 0),
            Is.EqualTo(new byte[] { last[4], last[5], last[6], last[7], (byte)head, 0, 0, 0, c.Status, c.Opcode, 0, 0, (byte)c.Queue, 0, 0, 0x80 }));
        Assert.That(bench.Bench.Completion(c.Queue, 1), Is.All.Zero, "one error, one completion");
        Assert.That(bench.Sent, Is.Empty);

        c.Mend(bench);
        bench.Post(bench.Data(1000, 300));
        Assert.That(bench.Sent, c.IsTheEnd ? Is.Empty : Is.EqualTo(new[] { bench.Expected(1000, 300) }), "the head and the slot are as if nothing had been");
    }

    [Test]
    public void Data_NoHeaderAtARecordsStart_IsRecordMalformed()
    {
        var bench = new TlsBench();
        byte[] data = bench.Data(0, 400);
        ulong address = BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(32));
        Span<byte> type = bench.Bench.Host.At(address + (ulong)(TlsBench.HeaderLength + bench.Records[1]), 1);
        type[0] = 0x99;
        bench.Post(data);
        byte status = bench.Bench.Completion(0, 0)[8];
        int sent = bench.Sent.Count;

        bench.Bench.Host.At(address + (ulong)(TlsBench.HeaderLength + bench.Records[1]), 1)[0] = 23;
        bench.Post(data);

        Assert.That((status, sent), Is.EqualTo(((byte)0x04, 0)), "the second record is no record: nothing of the chain leaves");
        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(0, 400) }));
    }

    [Test]
    public void Data_BehindTheLastRecordNumber_IsRecordLimit()
    {
        var bench = new TlsBench(firstNumber: ulong.MaxValue);
        bench.Post(bench.Data(0, bench.Records[1]));

        bench.Post(bench.Data(bench.Records[1], 100, cookie: 9));

        Assert.That(bench.Sent, Is.EqualTo(new[] { bench.Expected(0, bench.Records[1]) }), "number 2^64 - 1 is used once");
        Assert.That(bench.Bench.Completion(0, 0), Is.EqualTo(new byte[] { 9, 0, 0, 0, 2, 0, 0, 0, 0x08, 0x01, 0, 0, 0, 0, 0, 0x80 }));
    }

    [TestCase(3)]
    [TestCase(255)]
    public void TxCreate_ModeThatDoesNotExist_IsRefused(byte mode)
    {
        var bench = new TlsBench();
        byte[] request = [.. BitConverter.GetBytes(bench.Key), 0x04, 0x03, mode, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

        Assert.That(bench.Bench.Command(32, request), Is.EqualTo(3u), "BAD_PARAMETER");
    }

    [Test]
    public void Statuses_AllThatCanBeReached_HaveACase()
    {
        byte[] elsewhere = [0x08];

        Assert.That(
            Cases.Select(static c => c.Status).Concat(TlsModeStatusTests.Statuses).Concat(elsewhere).Distinct(),
            Is.EquivalentTo(Enumerable.Range(1, 0x17)));
    }

    private static byte[] With(byte[] descriptor, int offset, byte[] bytes)
    {
        bytes.CopyTo(descriptor, offset);
        return descriptor;
    }

    /// <summary>Cuts a DATA descriptor in two segments, the second one elsewhere.</summary>
    private static byte[] SecondSegment(byte[] descriptor, ulong address)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(descriptor.AsSpan(40));
        descriptor[2] = 2;
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor.AsSpan(40), length - 20);
        BinaryPrimitives.WriteUInt64LittleEndian(descriptor.AsSpan(48), address);
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor.AsSpan(56), 20);
        return descriptor;
    }
}
