using CsCheck;
using NicEmu.Board.Time;
using NicEmu.DeviceModel.Registers;
using NicEmu.DeviceModel.State;
using NicEmu.Spec.Events;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Seams;
using NicEmu.Tests.Unit.Board;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.DeviceModel.Registers;

/// <summary>Access rules of registers: byte enables, pairs, latches, handlers, reset and saved state.</summary>
internal sealed class RegisterFileTests
{
    private static readonly SampleBlock Block = new();
    private readonly EventRecorder _recorder = new();
    private readonly TraceSource _trace;

    public RegisterFileTests() => _trace = new TraceSource(new EventLoop(), 0) { Sink = _recorder };

    private IEnumerable<GuestErrorCode> Errors => _recorder.Events.Select(static e => (GuestErrorCode)e.Code);

    [SetUp]
    public void Forget() => _recorder.Events.Clear();

    [Test]
    public void Write_AllOnes_ActsByTheRuleOfEachField()
    {
        var file = new RegisterFile(Block, _trace) { [Block.Clear] = 0x5 };

        file.Write(0x00, 0xFFFF_FFFF);

        Assert.That(file.Read(0x00), Is.EqualTo(0x5AFF_00F0u), "RO kept, RW set, WO reads zero, RW1C cleared, RW1S set");
        Assert.That(file[Block.Wo], Is.EqualTo(0xFu), "hardware sees what was written");
        Assert.That(Errors, Is.EqualTo(new[] { GuestErrorCode.IllegalWrite }), "bits 3..0 are reserved");
    }

    [Test]
    public void Write_Zero_ClearsOnlyReadWriteFields()
    {
        var file = new RegisterFile(Block, _trace) { [Block.Clear] = 0x5, [Block.Set] = 0x6 };

        file.Write(0x00, 0);

        Assert.That(file.Read(0x00), Is.EqualTo(0x5A00_0560u));
        Assert.That(Errors, Is.Empty);
    }

    [Test]
    public void Write_OneByte_ChangesOnlyItsLane()
    {
        var file = new RegisterFile(Block, _trace) { [Block.Clear] = 0xF };

        file.Write(0x02, (ReadOnlySpan<byte>)[0x77]);

        Assert.That(file.Read(0x00), Is.EqualTo(0x5A77_0F00u));
    }

    [Test]
    public void Read_NarrowAccess_ReturnsTheLane()
    {
        var file = new RegisterFile(Block, _trace);
        Span<byte> one = stackalloc byte[1];
        Span<byte> two = stackalloc byte[2];

        file.Read(0x03, one);
        file.Read(0x02, two);

        Assert.That(one[0], Is.EqualTo(0x5A));
        Assert.That(two.ToArray(), Is.EqualTo(new byte[] { 0x11, 0x5A }));
    }

    [Test]
    public void Read_UnknownOffset_IsOnesAndReported()
    {
        var file = new RegisterFile(Block, _trace);

        Assert.That(file.Read(0x20), Is.EqualTo(0xFFFF_FFFFu));
        Assert.That(file.Read(0x7C), Is.EqualTo(0xFFFF_FFFFu));
        Assert.That(file.Read(0x80), Is.EqualTo(0xFFFF_FFFFu), "past the last instance");
        Assert.That(Errors, Is.All.EqualTo(GuestErrorCode.UnknownRegister));
        Assert.That(_recorder.Events, Has.Count.EqualTo(3));
    }

    [Test]
    public void Counter_LowRead_LatchesHigh()
    {
        var file = new RegisterFile(Block, _trace);
        file.SetPair(Block.Counter64, 0x1_FFFF_FFFF);

        uint low = file.Read(0x08);
        file.SetPair(Block.Counter64, 0x2_0000_0000);
        uint high = file.Read(0x0C);

        Assert.That(((ulong)high << 32) | low, Is.EqualTo(0x1_FFFF_FFFFul));
    }

    [Test]
    public void Counter_EightByteRead_IsOneValue()
    {
        var file = new RegisterFile(Block, _trace);
        file.SetPair(Block.Counter64, 0x0123_4567_89AB_CDEF);
        Span<byte> data = stackalloc byte[8];

        file.Read(0x08, data);

        Assert.That(data.ToArray(), Is.EqualTo(new byte[] { 0xEF, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23, 0x01 }));
    }

    [Test]
    public void Pair_EightByteWrite_IsWholeWhenTheHandlerRuns()
    {
        var file = new RegisterFile(Block, _trace);
        ulong seen = 0;
        file.OnWrite(Block.Pair64, (instance, _, _) => seen = file.GetPair(Block.Pair64, instance));

        file.Write(0x50, (ReadOnlySpan<byte>)[1, 2, 3, 4, 5, 6, 7, 8]);

        Assert.That(seen, Is.EqualTo(0x0807_0605_0403_0201ul));
        Assert.That(file.GetPair(Block.Pair64, 0), Is.Zero, "the second instance was written");
    }

    [Test]
    public void Handler_EveryWrite_GetsBeforeAndAfter()
    {
        var file = new RegisterFile(Block, _trace);
        var calls = new List<(int, uint, uint)>();
        file.OnWrite(Block.Sticky, (instance, before, after) => calls.Add((instance, before, after)));

        file.Write(0x5C, 0x0000_0908);
        file.Write(0x5C, 0x0000_0908);

        Assert.That(calls, Is.EqualTo(new[] { (1, 0x0403u, 0x0908u), (1, 0x0908u, 0x0908u) }));
    }

    [Test]
    public void Counter_Written_IsRefused()
    {
        var file = new RegisterFile(Block, _trace);

        file.Write(0x08, 7);

        Assert.That(file.Read(0x08), Is.Zero);
        Assert.That(Errors, Is.EqualTo(new[] { GuestErrorCode.IllegalWrite }));
    }

    [TestCase(ResetKind.PowerOn, 0x0403u)]
    [TestCase(ResetKind.FunctionLevel, 0x0477u)]
    [TestCase(ResetKind.Driver, 0x0477u)]
    public void Reset_Kind_KeepsStickyFieldsButAtPowerOn(ResetKind kind, uint expected)
    {
        var file = new RegisterFile(Block, _trace);
        file.Write(0x1C, 0x6677);

        file.Reset(kind);

        Assert.That(file.Read(0x1C), Is.EqualTo(expected));
    }

    [Test]
    public void Secret_Written_IsNeverShown()
    {
        var file = new RegisterFile(Block, _trace);
        file.Write(0x18, 0xDEAD_BEEF);
        var tree = new InspectNode("root");

        file.Inspect(tree);

        Assert.That(file.Read(0x18), Is.Zero);
        Assert.That(tree.Find("SAMPLE0/KEY")!.Value, Does.StartWith("sha256:").And.Length.EqualTo(15));
        Assert.That(tree.ToString(), Does.Not.Contain("DEADBEEF").IgnoreCase);
    }

    [Test]
    public void Save_RestoreSave_IsIdentical() =>
        Gen.Select(Gen.UInt[0, 31].Select(static i => i * 4), Gen.UInt).Array[0, 40].Sample(writes =>
        {
            var file = new RegisterFile(Block);
            foreach ((uint offset, uint value) in writes)
            {
                file.Write(offset, value);
                file.Read(0x08);
            }

            var first = new StateWriter();
            file.Save(first);
            var copy = new RegisterFile(Block);
            var reader = new StateReader(first.Written);
            copy.Restore(ref reader);
            var second = new StateWriter();
            copy.Save(second);

            Assert.That(reader.AtEnd);
            Assert.That(second.Written.ToArray(), Is.EqualTo(first.Written.ToArray()));
        });

    [Test]
    public void Indexer_ForeignField_Throws()
    {
        var file = new RegisterFile(Block);

        Assert.That(() => file[new SampleBlock().Rw], Throws.ArgumentException);
        Assert.That(() => file[Block.Rw, 2], Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
