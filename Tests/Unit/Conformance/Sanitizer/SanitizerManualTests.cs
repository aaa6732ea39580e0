using NicEmu.Conformance.Sanitizer;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Conformance.Sanitizer;

/// <summary>The page of rules is the table of rules.</summary>
[TestFixture]
public sealed class SanitizerManualTests
{
    [Test]
    public void Page_InTheDocumentation_IsTheGeneratedOne()
    {
        string page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "sanitizer.md"));

        Assert.That(page, Is.EqualTo(SanitizerManual.Write()), "./nicemu explain --list --markdown > docs/sanitizer.md");
    }
}
