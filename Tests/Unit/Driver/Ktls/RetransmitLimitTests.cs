using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Tests.Unit.Driver.Ktls.Strategies;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Ktls;

/// <summary>FreeBSD's rule: who sends too much again leaves the card for good (data-paths §4.1).</summary>
[TestFixture]
public sealed class RetransmitLimitTests
{
    // 10 000 bytes sent. 204 more make 2.0 percent of 10 204, 205 make more.
    [TestCase(2, 204, false)]
    [TestCase(2, 205, true)]
    [TestCase(0.5, 50, false)]
    [TestCase(0.5, 51, true)]
    [TestCase(100, 5000, false)]
    public void Exceeds_ShareOfAllBytes_AboveTheLimit(double percent, int again, bool exceeds)
    {
        var meter = new RetransmitMeter(0xFFFF_F000, percent, 0);
        meter.Exceeds(0xFFFF_F000, 10_000);

        Assert.That(meter.Exceeds(0xFFFF_F000, again), Is.EqualTo(exceeds));
        Assert.That((meter.BytesSent, meter.BytesAgain), Is.EqualTo((10_000L, (long)again)));
    }

    [TestCase(9999, true)]
    [TestCase(11_000, true)]
    [TestCase(11_001, false)]
    public void Exceeds_BeforeTheMinimumVolume_Never(long minimum, bool exceeds)
    {
        var meter = new RetransmitMeter(0, 2, minimum);
        meter.Exceeds(0, 10_000);

        Assert.That(meter.Exceeds(0, 1000), Is.EqualTo(exceeds));
    }

    [Test]
    public void Exceeds_AcrossTheHead_OnlyOldBytesCount()
    {
        var meter = new RetransmitMeter(100, 100, 0);
        meter.Exceeds(100, 1000);

        meter.Exceeds(900, 1000);

        Assert.That((meter.BytesSent, meter.BytesAgain), Is.EqualTo((1800L, 200L)));
    }

    [Test]
    public void Exceeds_NewData_IsNotAskedAbout()
    {
        var meter = new RetransmitMeter(0, 2, 10_000);
        meter.Exceeds(0, 5000);
        meter.Exceeds(0, 4000);

        Assert.That(meter.Exceeds(5000, 1001), Is.False, "40 percent, but nothing is sent again now");
        Assert.That(meter.Exceeds(0, 1), Is.True);
    }

    [Test]
    public void Transmit_AboveTheLimit_SoftwareForGoodAndCountedOnce()
    {
        using var tx = new TxHarness(new() { RetransmitLimitPercent = 10, RetransmitLimitMinimumBytes = 1000 });
        tx.Write(2);
        tx.Transmit(0, 1022);
        tx.Transmit(0, 200);

        tx.Transmit(0, 200);
        tx.Transmit(1022, 1022);

        Assert.That(tx.Log, Is.EqualTo("DATA 1022 TLS, DATA 200, DATA 200, DATA 1022"), "the segment that tips the scale is the first in software");
        Assert.That(tx.Poster.Frames[^1].Payload, Is.EqualTo(tx.Wire()[1022..]));
        Assert.That(tx.Reasons, Is.EqualTo(new[] { KtlsFallbackReason.Retransmits }));
        Assert.That(tx.Counters.IfnetDisableOk, Is.EqualTo(1));
        Assert.That(tx.Session.Volume, Is.EqualTo((2044L, 400L)));
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(100.5)]
    [TestCase(double.NaN)]
    public void HostOptions_PercentageOutOfRange_Throws(double percent)
    {
        Assert.That(() => new HostOptions { RetransmitLimitPercent = percent }.Validate(), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
