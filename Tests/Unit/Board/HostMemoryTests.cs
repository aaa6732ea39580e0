using NicEmu.Board.Memory;
using NicEmu.Spec.Seams;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Board;

public sealed class HostMemoryTests
{
    [Test]
    public void Allocate_Twice_AddressesAreAlignedDistinctAndGuarded()
    {
        var memory = new HostMemory();

        DmaBuffer first = memory.Allocate(4096);
        DmaBuffer second = memory.Allocate(1);

        Assert.That(first.BusAddress, Is.EqualTo(0x1_0000_0000));
        Assert.That(second.BusAddress, Is.EqualTo(0x1_0000_2000), "one page of buffer, one unmapped");
        Assert.That(memory.AllocatedBytes, Is.EqualTo(4097));
    }

    [Test]
    public void Write_ThenRead_MovesBytesAtOffset()
    {
        var memory = new HostMemory();
        DmaBuffer buffer = memory.Allocate(100);
        byte[] read = new byte[4];

        BusStatus written = memory.Write(buffer.BusAddress + 96, [1, 2, 3, 4]);
        BusStatus got = memory.Read(buffer.BusAddress + 96, read);

        Assert.That((written, got), Is.EqualTo((BusStatus.Ok, BusStatus.Ok)));
        Assert.That(read, Is.EqualTo(new byte[] { 1, 2, 3, 4 }));
        Assert.That(buffer.Span[95..].ToArray(), Is.EqualTo(new byte[] { 0, 1, 2, 3, 4 }));
    }

    [TestCase(0x1_0000_0000UL, 100, BusStatus.Ok, TestName = "Access_WholeBuffer_IsOk")]
    [TestCase(0x1_0000_0063UL, 1, BusStatus.Ok, TestName = "Access_LastByte_IsOk")]
    [TestCase(0x1_0000_0064UL, 1, BusStatus.Unmapped, TestName = "Access_OnePast_IsUnmapped")]
    [TestCase(0x1_0000_0063UL, 2, BusStatus.Unmapped, TestName = "Access_StraddlingEnd_IsUnmapped")]
    [TestCase(0x0_FFFF_FFFFUL, 2, BusStatus.Unmapped, TestName = "Access_StraddlingStart_IsUnmapped")]
    [TestCase(0x0UL, 1, BusStatus.Unmapped, TestName = "Access_Zero_IsUnmapped")]
    [TestCase(0xFFFF_FFFF_FFFF_FFFFUL, 1, BusStatus.Unmapped, TestName = "Access_AllOnes_IsUnmapped")]
    [TestCase(0xFFFF_FFFF_FFFF_FFFEUL, 100, BusStatus.Unmapped, TestName = "Access_WrappingAround_IsUnmapped")]
    public void Access_Range_IsChecked(ulong address, int length, BusStatus expected)
    {
        var memory = new HostMemory();
        DmaBuffer buffer = memory.Allocate(100);
        buffer.Span.Fill(0x11);
        byte[] data = new byte[length];
        data.AsSpan().Fill(0xAA);

        BusStatus read = memory.Read(address, data);
        bool readTouched = data[0] != 0xAA;
        data.AsSpan().Fill(0xAA);
        BusStatus written = memory.Write(address, data);

        Assert.That((read, written), Is.EqualTo((expected, expected)));
        Assert.That((readTouched, buffer.Span.Contains((byte)0xAA)), Is.EqualTo((expected == BusStatus.Ok, expected == BusStatus.Ok)));
        Assert.That(memory.RefusedAccesses, Is.EqualTo(expected == BusStatus.Ok ? 0 : 2));
    }

    [Test]
    public void Dispose_LiveBuffer_UnmapsOnlyIt()
    {
        var memory = new HostMemory();
        DmaBuffer first = memory.Allocate(16);
        DmaBuffer second = memory.Allocate(16);
        DmaBuffer third = memory.Allocate(16);
        ulong address = second.BusAddress;
        byte[] data = new byte[1];
        memory.Read(address, data);

        second.Dispose();
        second.Dispose();

        Assert.That(memory.Read(address, data), Is.EqualTo(BusStatus.Unmapped));
        Assert.That(memory.Read(first.BusAddress, data), Is.EqualTo(BusStatus.Ok));
        Assert.That(memory.Read(third.BusAddress, data), Is.EqualTo(BusStatus.Ok));
        Assert.That(memory.Count, Is.EqualTo(2));
        Assert.That(() => second.Span.Length, Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void Allocate_AfterDispose_NeverReusesAddress()
    {
        var memory = new HostMemory();
        DmaBuffer first = memory.Allocate(16);
        ulong address = first.BusAddress;
        first.Dispose();

        Assert.That(memory.Allocate(16).BusAddress, Is.GreaterThan(address));
    }
}
