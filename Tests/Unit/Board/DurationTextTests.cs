using CsCheck;
using NicEmu.Board.Time;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Board;

public sealed class DurationTextTests
{
    [TestCase("0", 0)]
    [TestCase("5ps", 5)]
    [TestCase("1.5ns", 1_500)]
    [TestCase("20us", 20_000_000)]
    [TestCase("1.5ms", 1_500_000_000)]
    [TestCase("3s", 3_000_000_000_000)]
    public void Parse_NumberAndUnit_IsPicoseconds(string text, long expected)
    {
        bool good = DurationText.TryParse(text, out long ps);

        Assert.That((good, ps), Is.EqualTo((true, expected)));
    }

    [TestCase("")]
    [TestCase("5")]
    [TestCase("-1ms")]
    [TestCase("1.2.3ms")]
    [TestCase("ms")]
    [TestCase("1h")]
    [TestCase("99999999999s")]
    public void Parse_Else_IsRefused(string text) => Assert.That(DurationText.TryParse(text, out _), Is.False);

    [Test]
    public void Of_AnySpan_IsReadBackExactly() => Gen.Long[0, 1L << 60].Sample(ps => DurationText.TryParse(DurationText.Of(ps), out long back) && back == ps);
}
