using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

public sealed class TcpSequenceTests
{
    [TestCase(0u, 1u)]
    [TestCase(0xFFFF_FFFFu, 0u)]
    [TestCase(0xFFFF_FF00u, 0x0000_0100u)]
    [TestCase(0x8000_0000u, 0xFFFF_FFFFu)]
    [TestCase(0x0000_0001u, 0x8000_0000u)]
    public void IsBefore_LessThanHalfTheCircleApart_OrderIsStrict(uint early, uint late)
    {
        Assert.That(TcpSequence.IsBefore(early, late), Is.True);
        Assert.That(TcpSequence.IsBefore(late, early), Is.False);
        Assert.That(TcpSequence.IsAfter(late, early), Is.True);
        Assert.That(TcpSequence.IsBefore(early, early), Is.False);
        Assert.That(TcpSequence.IsBeforeOrAt(early, early) && TcpSequence.IsAfterOrAt(early, early), Is.True);
        Assert.That(TcpSequence.Max(early, late), Is.EqualTo(late));
        Assert.That(TcpSequence.Min(early, late), Is.EqualTo(early));
    }

    [Test]
    public void IsInRange_RangeAcrossWrap_HalfOpen()
    {
        Assert.That(TcpSequence.IsInRange(0xFFFF_FFEF, 0xFFFF_FFF0, 0x20), Is.False);
        Assert.That(TcpSequence.IsInRange(0xFFFF_FFF0, 0xFFFF_FFF0, 0x20), Is.True);
        Assert.That(TcpSequence.IsInRange(0x0000_000F, 0xFFFF_FFF0, 0x20), Is.True);
        Assert.That(TcpSequence.IsInRange(0x0000_0010, 0xFFFF_FFF0, 0x20), Is.False);
    }
}
