using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Spec;

public sealed class TcpSequenceTests
{
    // RFC 9293 §3.4: arithmetic is modulo 2^32.
    [TestCase(0u, 1u, true)]
    [TestCase(1u, 0u, false)]
    [TestCase(5u, 5u, false)]
    [TestCase(0xFFFF_FFFFu, 0u, true)]
    [TestCase(0xFFFF_FFF0u, 0x10u, true)]
    [TestCase(0x10u, 0xFFFF_FFF0u, false)]
    [TestCase(0u, 0x7FFF_FFFFu, true)]
    public void IsBefore_AcrossTheWrap_FollowsTheShorterWay(uint a, uint b, bool expected)
    {
        Assert.That(TcpSequence.IsBefore(a, b), Is.EqualTo(expected));
        Assert.That(TcpSequence.IsAfter(b, a), Is.EqualTo(expected));
    }

    [TestCase(0xFFFF_FFFEu, 2u, 4)]
    [TestCase(2u, 0xFFFF_FFFEu, -4)]
    public void Distance_AcrossTheWrap_IsSigned(uint from, uint to, int expected)
    {
        Assert.That(TcpSequence.Distance(from, to), Is.EqualTo(expected));
    }

    [TestCase(10u, 10u, 20u, true)]
    [TestCase(20u, 10u, 20u, false)]
    [TestCase(9u, 10u, 20u, false)]
    [TestCase(0u, 0xFFFF_FFF0u, 0x10u, true)]
    [TestCase(5u, 5u, 5u, false)]
    public void IsWithin_HalfOpenRange_TakesTheStartAndNotTheEnd(uint value, uint start, uint end, bool expected)
    {
        Assert.That(TcpSequence.IsWithin(value, start, end), Is.EqualTo(expected));
    }
}
