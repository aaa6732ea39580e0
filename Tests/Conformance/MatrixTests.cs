using NicEmu.Conformance.Core;
using NicEmu.Conformance.Reports;
using NUnit.Framework;

namespace NicEmu.Tests.Conformance;

/// <summary>Every row of the matrix is accounted for once.</summary>
public sealed class MatrixTests
{
    [Test]
    public void Rows_CasesAndReasons_DoNotOverlap()
    {
        IEnumerable<string> both = CaseCatalogue.All.Select(c => c.Id).Intersect(NotApplicable.All.Select(n => n.Id));

        Assert.That(both, Is.Empty);
    }

    [Test]
    public void Rows_Numbers_AreThoseOfTheMatrix()
    {
        IEnumerable<string> known = CaseCatalogue.All.Where(c => c.Profile != CaseProfile.Toe).Select(c => c.Id).Concat(NotApplicable.All.Select(n => n.Id));

        Assert.That(known, Has.All.Matches("^C(0[0-9][1-9]|0[1-9]0|1[0-9][0-9]|200)$"));
    }

    [Test]
    public void NotApplicable_Rows_AreFewAndInOrder()
    {
        string[] ids = [.. NotApplicable.All.Select(n => n.Id)];

        Assert.Multiple(() =>
        {
            Assert.That(ids, Has.Length.LessThanOrEqualTo(40));
            Assert.That(ids, Is.Ordered.And.Unique);
        });
    }

    [Test]
    public void Page_Committed_IsCurrent()
    {
        using var page = new StringWriter();
        MatrixPage.Write(page);

        string committed = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "conformance.md"));

        Assert.That(committed, Is.EqualTo(page.ToString()), "./nicemu conform --list --matrix > docs/conformance.md");
    }
}
