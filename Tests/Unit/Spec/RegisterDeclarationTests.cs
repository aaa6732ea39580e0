using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Registers;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Spec;

public sealed class RegisterDeclarationTests
{
    [Test]
    public void Field_OverlappingBits_IsRefused()
    {
        Assert.That(() => new Sample(r => r.Rw("A", 7, 4, out _, "a").Ro("B", 4, 0, out _, "b")), Throws.ArgumentException.With.Message.Contains("overlaps A"));
    }

    [TestCase(32, 0)]
    [TestCase(3, 4)]
    [TestCase(3, -1)]
    public void Field_BitsOutsideTheRegister_AreRefused(int msb, int lsb)
    {
        Assert.That(() => new Sample(r => r.Rw("A", msb, lsb, out _, "a")), Throws.ArgumentException);
    }

    [Test]
    public void Field_ResetWiderThanField_IsRefused()
    {
        Assert.That(() => new Sample(r => r.Rw("A", 1, 0, out _, "a", reset: 4)), Throws.ArgumentException);
    }

    [Test]
    public void Field_SameNameTwice_IsRefused()
    {
        Assert.That(() => new Sample(r => r.Rw("A", 1, 0, out _, "a").Rw("A", 3, 2, out _, "a")), Throws.ArgumentException);
    }

    [TestCase(2u)]
    [TestCase(0x10u)]
    public void Register_OffsetUnalignedOrOutside_IsRefused(uint offset)
    {
        Assert.That(() => new Sample(_ => { }, offset), Throws.ArgumentException);
    }

    [Test]
    public void Register_OffsetTaken_IsRefused()
    {
        Assert.That(() => new Sample(_ => { }, 0), Throws.ArgumentException.With.Message.Contains("taken"));
    }

    [Test]
    public void Field_InsertAndExtract_TouchOnlyItsBits()
    {
        Field opcode = NativeMap.Mailbox.Opcode;

        uint value = opcode.Insert(0xFFFF_0000, 0x1_2345);

        Assert.That(value, Is.EqualTo(0xFFFF_2345u), "the seventeenth bit is cut off, the other half stays");
        Assert.That(opcode.Extract(value), Is.EqualTo(0x2345u));
    }

    [Test]
    public void Map_Blocks_DoNotOverlap()
    {
        foreach (IGrouping<int, RegisterBlock> window in NativeMap.Blocks.GroupBy(b => b.Bar))
        {
            uint end = 0;
            foreach (RegisterBlock block in window.OrderBy(b => b.BaseOffset))
            {
                Assert.That(block.BaseOffset, Is.GreaterThanOrEqualTo(end), block.Name);
                end = block.BaseOffset + (block.Size * (uint)block.Count);
            }

            Assert.That(end, Is.LessThanOrEqualTo(window.Key == NativeDevice.RegisterBar ? NativeDevice.RegisterBarSize : NativeDevice.DoorbellBarSize));
        }
    }

    [Test]
    public void Map_MailboxAreas_LieBetweenBlocks()
    {
        IEnumerable<RegisterBlock> across = NativeMap.Blocks.Where(b => b.Bar == NativeDevice.RegisterBar && b.BaseOffset < MailboxBlock.ReplyOffset + MailboxBlock.AreaLength && b.BaseOffset + (b.Size * b.Count) > MailboxBlock.RequestOffset);

        Assert.That(across, Is.Empty);
    }

    [Test]
    public void Map_Names_AreUniqueAndEveryRegisterSaysWhatItIs()
    {
        var registers = NativeMap.Blocks.SelectMany(b => b.Registers).ToList();

        Assert.That(registers.Select(r => r.Name), Is.Unique);
        Assert.That(registers.Where(r => r.Name.EndsWith("_HI", StringComparison.Ordinal) == false && r.Description.Length == 0), Is.Empty);
        Assert.That(registers.Where(r => r.Fields.Count == 0), Is.Empty);
    }

    private sealed class Sample : RegisterBlock
    {
        public Sample(Action<Register> declare, uint? second = null)
            : base("SAMPLE", 0, 0, 0x10, "For tests.")
        {
            declare(Reg("FIRST", 0, "First."));
            if (second is { } offset)
            {
                Reg("SECOND", offset, "Second.");
            }
        }
    }
}
