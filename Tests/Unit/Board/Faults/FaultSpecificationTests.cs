using NicEmu.Board.Faults;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Board.Faults;

public sealed class FaultSpecificationTests
{
    [TestCase("frame-drop", "frame-drop@frame=0")]
    [TestCase("frame-drop:direction=received,count=3@segment=7", "frame-drop:direction=received,count=3@segment=7")]
    [TestCase("removal@time=1.5ms", "removal@time=1.5ms")]
    [TestCase("dma-read-error:class=payload@dma=12", "dma-read-error:class=payload@dma=12")]
    [TestCase("interrupt-drop@rate=0.01", "interrupt-drop@rate=0.01")]
    public void Parse_GoodText_IsWrittenBackTheSame(string text, string expected)
    {
        bool good = FaultSpecification.TryParse(text, out FaultSpecification? fault, out string mistake);

        Assert.That(good, Is.True, mistake);
        Assert.That(fault!.ToString(), Is.EqualTo(expected));
    }

    [TestCase("frame-dorp", "there is no fault 'frame-dorp'; did you mean 'frame-drop'?")]
    [TestCase("frame-drop:directoin=sent", "frame-drop takes no 'directoin=sent'; did you mean 'direction'?")]
    [TestCase("frame-drop:direction", "frame-drop takes no 'direction'")]
    [TestCase("frame-drop:direction=up", "direction=up: expected one of sent, received")]
    [TestCase("frame-drop:count=-1", "count=-1: expected a number")]
    [TestCase("frame-delay:by=5", "by=5: expected a number and one of ps, ns, us, ms, s")]
    [TestCase("frame-drop@record=1", "frame-drop cannot strike at record=; it can at frame, segment, byte, time, rate")]
    [TestCase("frame-drop@soon", "'soon' is no moment")]
    [TestCase("frame-drop@frame=x", "'x' is no number")]
    [TestCase("frame-drop@rate=2", "'2' is no rate")]
    [TestCase("frame-drop@time=2", "'2' is no time")]
    [TestCase("", "there is no fault ''")]
    public void Parse_BadText_SaysWhatIsExpected(string text, string expected)
    {
        bool good = FaultSpecification.TryParse(text, out _, out string mistake);

        Assert.That(good, Is.False);
        Assert.That(mistake, Does.Contain(expected));
    }

    [Test]
    public void Catalogue_EveryFault_IsNamedOnceAndExplained()
    {
        IReadOnlyList<FaultDefinition> all = FaultCatalogue.All;

        Assert.That(all.Select(static f => f.Name), Is.Unique);
        Assert.That(all.Where(static f => f.Summary.Length == 0 || f.Meaning.Length == 0 || f.Moments.Count == 0), Is.Empty);
        Assert.That(all.SelectMany(static f => f.Parameters.Where(static p => p.MistakeIn(p.Default) is not null)), Is.Empty, "defaults are allowed values");
    }

    [Test]
    public void Catalogue_FiveVerbs_AreThereForFrameRecordDescriptorCompletionInterrupt()
    {
        string[] wanted = [.. from thing in new[] { "frame", "record", "descriptor", "completion", "interrupt" }
                              from verb in new[] { "drop", "delay", "duplicate", "reorder", "corrupt" }
                              select $"{thing}-{verb}"];

        Assert.That(wanted.Where(static n => FaultCatalogue.Find(n) is null), Is.Empty);
    }
}
