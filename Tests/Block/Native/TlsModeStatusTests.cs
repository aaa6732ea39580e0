using NUnit.Framework;

namespace NicEmu.Tests.Block.Native;

/// <summary>What descriptors of positional and range contexts are refused with, reached through the ring: the completion byte for byte, no frame, and a
/// context that goes on as if nothing had been.</summary>
internal sealed class TlsModeStatusTests
{
    private const byte Positional = 1;
    private const byte RangeMode = 2;

    private static readonly (byte Mode, RefusedCase Case)[] Cases =
    [
        (Positional, new("ModeMismatch_Position", 0x13, static b => [b.Position(0)]) { Opcode = 0x12 }),
        (Positional, new("ModeMismatch_Range", 0x13, static b => [b.Range(0, b.Records[1])]) { Opcode = 0x14 }),
        (Positional, new("Unsupported_SetContextOfAnotherVersion", 0x0A, static b => [With(b.SetContext(0), 24, [3])]) { Opcode = 0x10, Stops = true }),
        (Positional, new("DescriptorMalformed_SetContextReserved2", 0x0E, static b => [With(b.SetContext(0), 2, [1])]) { Opcode = 0x10, Stops = true }),
        (Positional, new("DescriptorMalformed_SetContextReserved26", 0x0E, static b => [With(b.SetContext(0), 27, [1])]) { Opcode = 0x10, Stops = true }),
        (Positional, new("DescriptorMalformed_SetContextReserved28", 0x0E, static b => [With(b.SetContext(0), 31, [1])]) { Opcode = 0x10, Stops = true }),
        (Positional, new("DescriptorMalformed_SetContextReserved56", 0x0E, static b => [With(b.SetContext(0), 63, [1])]) { Opcode = 0x10, Stops = true }),
        (Positional, new("DescriptorMalformed_SetContextFlags", 0x0E, static b => [b.SetContext(0, 0x10)]) { Opcode = 0x10, Stops = true }),
        (Positional, new("DescriptorMalformed_SetProgressReserved3", 0x0E, static b => [With(b.SetProgress(0), 3, [1])]) { Opcode = 0x11, Stops = true }),
        (Positional, new("DescriptorMalformed_SetProgressReserved20", 0x0E, static b => [With(b.SetProgress(0), 23, [1])]) { Opcode = 0x11, Stops = true }),
        (Positional, new("DescriptorMalformed_SetProgressReserved24", 0x0E, static b => [With(b.SetProgress(0), 24, [1])]) { Opcode = 0x11, Stops = true }),
        (Positional, new("DescriptorMalformed_FenceFlagOnFence", 0x0E, static b => [NativeBench.BareDescriptor(0x17, flags: 8)]) { Opcode = 0x17 }),
        (Positional, new("DescriptorMalformed_FenceFlagOnReplay", 0x0E, static b => [b.Replay(1000, 10, 8)]) { Opcode = 0x13, Stops = true }),
        (Positional, new("ContextInvalid_SetContext", 0x02, static b => [With(b.SetContext(0), 8, BitConverter.GetBytes(ulong.MaxValue))]) { Opcode = 0x10 }),
        (Positional, new("WrongQueue_SetContext", 0x0D, static b => [b.SetContext(0)]) { Opcode = 0x10, Queue = 1 }),
        (Positional, new("WrongQueue_SetProgress", 0x0D, static b => [b.SetProgress(0)]) { Opcode = 0x11, Queue = 1 }),
        (Positional, new("WrongQueue_Replay", 0x0D, static b => [b.Replay(1000, 10)]) { Opcode = 0x13, Queue = 1 }),
        (Positional, new("DmaFault_Replay", 0x09, static b => [With(b.Replay(1000, 10), 32, BitConverter.GetBytes(0x10ul))]) { Opcode = 0x13, Stops = true }),
        (Positional, new("DmaFault_Data", 0x09, static b => [With(b.Data(1000, 10), 32, BitConverter.GetBytes(0x10ul))]) { Stops = true }),
        (Positional, new("RecordMalformed_Data", 0x04, static b => [b.Replay(1000, b.Records[3] - 1000), b.Data(b.Records[3] + 1, 100)])
        {
            Stops = true,
        }),
        (Positional, new("LinkDown", 0x12, static b => [b.Data(1000, 100)])
        {
            BeforeItRuns = static b => b.Bench.Link.SetUp(false),
            Mend = static b => b.Bench.Link.SetUp(true),
            Stops = true,
        }),
        (RangeMode, new("ModeMismatch_Position", 0x13, static b => [b.Position(0)]) { Opcode = 0x12 }),
        (RangeMode, new("ModeMismatch_SetContext", 0x13, static b => [b.SetContext(0)]) { Opcode = 0x10 }),
        (RangeMode, new("ModeMismatch_SetProgress", 0x13, static b => [b.SetProgress(0)]) { Opcode = 0x11 }),
        (RangeMode, new("ModeMismatch_Replay", 0x13, static b => [b.Replay(0, 10)]) { Opcode = 0x13 }),
        (RangeMode, new("NotInSequence_DataAlone", 0x01, static b => [b.Data(0, 100)])),
        (RangeMode, new("TagWithoutRecord_IntoTheTag", 0x16, static b => [b.Range(0, b.Records[1] - 1)]) { Opcode = 0x14 }),
        (RangeMode, new("TagWithoutRecord_FromMidRecord", 0x16, static b => [b.Range(5, b.Records[1] - 5)]) { Opcode = 0x14 }),
        (RangeMode, new("TagWithoutRecord_PartOfTheTag", 0x16, static b => [b.Range(0, b.Records[1], b.Records[1] - 15)]) { Opcode = 0x14 }),
        (RangeMode, new("RangeMalformed_OffTheBoundary", 0x17, static b => [b.Range(6, 100)]) { Opcode = 0x14 }),
        (RangeMode, new("RangeMalformed_Waste", 0x17, static b => [b.Range(5, 100, 16)]) { Opcode = 0x14 }),
        (RangeMode, new("RangeMalformed_Empty", 0x17, static b => [b.Range(5, 0)]) { Opcode = 0x14 }),
        (RangeMode, new("RangeMalformed_PastTheRecord", 0x17, static b => [b.Range(0, b.Records[1] + 1)]) { Opcode = 0x14 }),
        (RangeMode, new("RangeMalformed_DataShorter", 0x17, static b => [b.Range(5, 100), b.RangeData(5, 99)])),
        (RangeMode, new("RangeMalformed_DataLonger", 0x17, static b => [b.Range(5, 100, 3), b.RangeData(5, 101, 3)])),
        (RangeMode, new("RangeMalformed_DataWithoutPayload", 0x17, static b => [b.Range(5, 100), b.RangeData(5, 0)])),
        (RangeMode, new("RangeMalformed_DataShorterThanTheSkip", 0x17, static b => [b.Range(0, b.Records[1], 200), b.RangeData(0, 100)])),
        (RangeMode, new("RecordMalformed_Header", 0x04, static b => [With(b.Range(0, 100), 2, [0x99])]) { Opcode = 0x14 }),
        (RangeMode, new("RecordMalformed_DataContradicts", 0x04, static b => [With(b.Range(0, 100), 20, [0x43, 0x01]), b.RangeData(0, 100)])),
        (RangeMode, new("DescriptorMalformed_Reserved3", 0x0E, static b => [With(b.Range(5, 100), 3, [1])]) { Opcode = 0x14 }),
        (RangeMode, new("DescriptorMalformed_Reserved48", 0x0E, static b => [With(b.Range(5, 100), 55, [1])]) { Opcode = 0x14 }),
        (RangeMode, new("DescriptorMalformed_Reserved56", 0x0E, static b => [With(b.Range(5, 100), 56, [1])]) { Opcode = 0x14 }),
        (RangeMode, new("DescriptorMalformed_AdvanceFlag", 0x0E, static b => [b.Range(5, 100, flags: 4)]) { Opcode = 0x14 }),
        (RangeMode, new("SequenceBroken_Range", 0x0B, static b => [b.Range(5, 100), b.Range(5, 100)]) { Opcode = 0x14 }),
        (RangeMode, new("SequenceBroken_Replay", 0x0B, static b => [b.Range(5, 100), b.Replay(0, 5)]) { Opcode = 0x13 }),
        (RangeMode, new("SequenceBroken_Nop", 0x0B, static b => [b.Range(5, 100), NativeBench.BareDescriptor(0x1F, flags: 0)]) { Opcode = 0x1F }),
        (RangeMode, new("SequenceBroken_SetContext", 0x0B, static b => [b.Range(5, 100), b.SetContext(0)]) { Opcode = 0x10 }),
        (RangeMode, new("WrongQueue", 0x0D, static b => [b.Range(5, 100)]) { Opcode = 0x14, Queue = 1 }),
        (RangeMode, new("TooLong", 0x10, static b => [b.Range(b.Records[3], 1150), Grown(b.RangeData(b.Records[3], 1150), 400)])),
        (RangeMode, new("DmaFault_Data", 0x09, static b => [b.Range(5, 100), With(b.RangeData(5, 100), 32, BitConverter.GetBytes(0x10ul))])),
    ];

    /// <summary>The statuses that the cases reach.</summary>
    public static IEnumerable<byte> Statuses => Cases.Select(static c => c.Case.Status);

    private static IEnumerable<TestCaseData> Named() =>
        Cases.Select(static c => new TestCaseData(c.Mode, c.Case).SetArgDisplayNames(c.Mode == Positional ? "Positional" : "Range", c.Case.Name));

    [TestCaseSource(nameof(Named))]
    public void Descriptor_RefusedInItsMode_SendsNothingAndMovesNothing(byte mode, RefusedCase c)
    {
        var bench = new TlsBench(mode: mode);
        if (mode == Positional)
        {
            bench.Post(bench.Data(0, 1000));
        }

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
        int record = bench.Records[1];
        if (c.Stops)
        {
            bench.Post(bench.Data(1000, 300), bench.Replay(1000, 10));
            Assert.That(bench.Sent, Is.Empty, "what lies behind it would be encrypted at its place");
            Assert.That(new[] { 1u, 2u }.Select(i => bench.Bench.Completion(c.Queue, i)[8]), Is.All.EqualTo(0x01));
            bench.Post(bench.SetContext(0), bench.SetProgress(0), bench.Replay(0, 1000));
        }

        bench.Post(mode == Positional ? [bench.Data(1000, 300)] : [bench.Range(0, record), bench.RangeData(0, record)]);
        Assert.That(bench.Sent, Is.EqualTo(new[] { mode == Positional ? bench.Expected(1000, 300) : bench.Expected(0, record) }));
    }

    private static byte[] With(byte[] descriptor, int offset, byte[] bytes)
    {
        bytes.CopyTo(descriptor, offset);
        return descriptor;
    }

    /// <summary>DATA whose frame is longer than its headers say.</summary>
    private static byte[] Grown(byte[] descriptor, int bytes) => With(descriptor, 40, BitConverter.GetBytes(BitConverter.ToUInt32(descriptor, 40) + (uint)bytes));
}
