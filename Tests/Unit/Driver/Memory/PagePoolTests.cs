using NicEmu.Driver.Memory;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Memory;

public sealed class PagePoolTests
{
    [Test]
    public void TryRent_UntilEmpty_GivesEveryPageOnceThenNone()
    {
        using var pool = new PagePool(new TestBus(), new MemoryMeter(), 3, "pool");

        bool[] rented = [pool.TryRent(out int a), pool.TryRent(out int b), pool.TryRent(out int c), pool.TryRent(out _)];

        Assert.That(rented, Is.EqualTo(new[] { true, true, true, false }));
        Assert.That(new[] { a, b, c }, Is.EquivalentTo(new[] { 0, 1, 2 }));
    }

    [Test]
    public void Release_LastReference_FreesThePage()
    {
        using var pool = new PagePool(new TestBus(), new MemoryMeter(), 1, "pool");
        pool.TryRent(out int page);
        pool.Retain(page);

        pool.Release(page);
        int stillUsed = pool.Free;
        pool.Release(page);

        Assert.That((stillUsed, pool.Free), Is.EqualTo((0, 1)));
        Assert.That(() => pool.Release(page), Throws.InvalidOperationException, "it is free");
    }

    [Test]
    public void PageAt_Address_IsThePageItLiesIn()
    {
        using var pool = new PagePool(new TestBus(), new MemoryMeter(), 2, "pool");

        Assert.That((pool.PageAt(pool.Memory.Address(4095)), pool.PageAt(pool.Memory.Address(4096))), Is.EqualTo((0, 1)));
        Assert.That(() => pool.PageAt(pool.Memory.Address(8192)), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
