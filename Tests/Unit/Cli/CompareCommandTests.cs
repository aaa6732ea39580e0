using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using NicEmu.Board.Compare.Sweeps;
using NicEmu.Report.Compare;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Cli;

/// <summary><c>nicemu compare</c>: what it prints, and what it refuses.</summary>
internal sealed class CompareCommandTests
{
    [Test]
    public void Compare_TwoPaths_PrintsBothTables()
    {
        CliRun run = CliRun.Of("compare", "--rows", "user,ktls-nt", "--size", "256K");

        Assert.That(run.Code, Is.Zero, run.Output);
        Assert.That(run.Output, Does.Contain("T1  Memory bytes").And.Contain("T2  The counts at published rates"));
        Assert.That(run.Output, Does.Match(@"(?m)^ktls-nt +11\.25 +45\.\d +55 ").And.Match(@"(?m)^user +50\.00 +400\.\d +400 "));
        Assert.That(run.Output, Does.Contain("no independent evidence").And.Contain("what a machine with such limits cannot exceed"));
    }

    [Test]
    public void Compare_Json_HoldsEveryCount()
    {
        CliRun run = CliRun.Of("compare", "--rows", "plain", "--size", "100000", "--json");

        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement path = document.RootElement.GetProperty("paths")[0];
        Assert.That(run.Code, Is.Zero);
        Assert.That(document.RootElement.GetProperty("schema").GetString(), Is.EqualTo("nicemu.compare/1"));
        Assert.That(path.GetProperty("bytes").GetProperty("storageWrite").GetInt64(), Is.EqualTo(100_000));
        Assert.That(path.GetProperty("bytes").GetProperty("nicRead").GetInt64(), Is.EqualTo(100_000));
        Assert.That(path.GetProperty("k").GetDouble(), Is.EqualTo(2).Within(0.01));
    }

    [Test]
    public void Compare_File_IsServed()
    {
        using var folder = new CliFolder();
        string file = folder.Content("served.bin", 70_000);

        CliRun run = CliRun.Of("compare", "--rows", "inline", "--file", file, "-o", folder["report"], "--audit", "--no-sweeps");

        Assert.That(run.Code, Is.Zero, run.Output);
        Assert.That(File.ReadAllText(folder["report/compare.txt"]), Is.EqualTo(run.Output));
        Assert.That(File.Exists(folder["report/compare.json"]), Is.True);
    }

    [Test]
    public void Compare_Report_IsWrittenWithItsDrawingsAndTables()
    {
        using var folder = new CliFolder();
        Directory.CreateDirectory(folder["earlier"]);
        foreach (string name in (string[])["resync", "share", "waste", "cache"]) File.WriteAllText(folder[$"earlier/{name}.csv"], Table(SweepCatalogue.Find(name)!));

        CliRun run = CliRun.Of("compare", "--rows", "inline,plain", "--size", "64K", "--seed", "3", "-o", folder["report"], "--sweeps", folder["earlier"]);

        Assert.That(run.Code, Is.Zero, run.Error);
        string[] names = [.. Directory.GetFiles(folder["report"]).Select(static f => Path.GetFileName(f)!)];
        Assert.That(names.Count(static n => Regex.IsMatch(n, @"^P[1-7]-.*\.(svg|png)$")), Is.EqualTo(14));
        Assert.That(names, Is.SupersetOf(new[] { "report.html", "compare.txt", "compare.json", "resync.csv", "share.csv", "waste.csv", "cache.csv" }));
        Assert.That(File.ReadAllText(folder["report/report.html"]), Does.Contain("nicemu compare --size 64K --rows inline,plain --seed 3"));
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(folder["report/compare.json"]));
        foreach (JsonElement path in document.RootElement.GetProperty("paths").EnumerateArray())
        {
            string k = path.GetProperty("k").GetDouble().ToString("F3", CultureInfo.InvariantCulture);
            Assert.That(File.ReadAllText(folder["report/report.html"]), Does.Match($"<td>{path.GetProperty("id")}</td>.*<td class=\"n\">{Regex.Escape(k)}</td>"));
        }
    }

    [Test]
    public void Compare_DamagedSweep_IsAUsageError()
    {
        using var folder = new CliFolder();
        Directory.CreateDirectory(folder["earlier"]);
        File.WriteAllText(folder["earlier/resync.csv"], "nothing of the kind\n");

        CliRun run = CliRun.Of("compare", "--rows", "plain", "--size", "1K", "-o", folder["report"], "--sweeps", folder["earlier"]);

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("resync.csv"));
    }

    [TestCase("--sweeps", "/nowhere/at/all")]
    [TestCase("--rows", "user,nobody")]
    [TestCase("--rows", ",")]
    [TestCase("--size", "0")]
    [TestCase("--size", "1T")]
    [TestCase("--size", "257M")]
    [TestCase("--size", "-5")]
    [TestCase("--record", "16385")]
    [TestCase("--mss", "99")]
    [TestCase("--loss", "0.21")]
    [TestCase("--hit-ratio", "1.1")]
    [TestCase("--hit-ratio", "NaN")]
    [TestCase("--rate", "0")]
    [TestCase("--file", "/nowhere/at/all")]
    public void Compare_WrongArgument_IsAUsageError(string option, string value)
    {
        CliRun run = CliRun.Of("compare", option, value);

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Output, Is.Empty);
    }

    /// <summary>A table with the settings that are drawn, and invented values.</summary>
    private static string Table(SweepDefinition definition)
    {
        using var text = new StringWriter();
        SweepPoint[] points =
        [
            .. definition.SettingsOf(false).Where(s => DrawnSweeps.Shows(definition, s)).Select(s => new SweepPoint(
                definition, s.Index, [.. s.Values, .. definition.Columns.Skip(definition.Axes.Count).Select(static c => c.Labels.Count > 0 ? 1 : 0.25)])),
        ];
        SweepCsv.Write(text, new SweepResult(definition, points, 1, IsFull: false));
        return text.ToString();
    }
}
