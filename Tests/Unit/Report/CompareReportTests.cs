using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NicEmu.Board.Compare;
using NicEmu.Board.Compare.Sweeps;
using NicEmu.Driver.Memory;
using NicEmu.Report.Compare;
using NicEmu.Report.Plots;
using NicEmu.Report.Tables;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Report;

/// <summary>The page and the drawings of a comparison hold its numbers, and nothing from elsewhere but what they cite.</summary>
internal sealed class CompareReportTests
{
    private const string Command = "nicemu compare --rows user,ktls-nt,inline --size '<64K>'";

    private CompareRun _run = null!;
    private CompareReport _report = null!;
    private string _html = string.Empty;

    [OneTimeSetUp]
    public void Compare()
    {
        _run = CompareRun.Execute(new() { Content = StorageContent.Seeded(65536, 1) }, ["user", "ktls-nt", "inline"]);
        _report = new CompareReport(_run, 100, [.. DrawnSweeps.All.Select(Invented)], Command);
        _html = _report.Html();
    }

    [Test]
    public void Page_IsWellFormed()
    {
        // Everything behind the document type is XML but for the few elements without an end.
        string xml = Regex.Replace(_html[_html.IndexOf("<html", StringComparison.Ordinal)..], "<meta ([^>]*)>", "<meta $1/>");

        XDocument document = XDocument.Parse(xml);

        Assert.That(document.Descendants("table").Count(), Is.GreaterThanOrEqualTo(7), "T1 in two parts, T2, bounds, T3 in three parts");
        Assert.That(document.Descendants("figcaption").Count(), Is.EqualTo(6), "P1 to P6; P7 is text");
    }

    [Test]
    public void Page_StandsAlone()
    {
        IEnumerable<string> references = Regex.Matches(_html, """(?:src|href|data|action)\s*=\s*["']?(?<to>[^"'>\s]+)""", RegexOptions.IgnoreCase).Select(static m => m.Groups["to"].Value);

        Assert.That(references.Where(static r => !r.StartsWith('#')), Is.Empty);
        Assert.That(Regex.Matches(_html, @"url\((?<to>[^)]*)\)").Select(static m => m.Groups["to"].Value), Has.All.StartsWith("#"));
        Assert.That(_html, Does.Not.Contain("<script").And.Not.Contain("@import").And.Not.Contain("<link").And.Not.Contain("<iframe"));
    }

    [Test]
    public void Page_NamesOfDrawings_AreUniqueAndThere()
    {
        string[] names = [.. Regex.Matches(_html, " id=\"(?<id>[^\"]*)\"").Select(static m => m.Groups["id"].Value)];

        Assert.That(names, Is.Unique);
        Assert.That(Regex.Matches(_html, @"url\(#(?<id>[^)]*)\)").Select(static m => m.Groups["id"].Value).Distinct(), Is.SubsetOf(names));
    }

    [Test]
    public void Page_GivenText_IsEscaped()
    {
        Assert.That(_html, Does.Contain("&lt;64K&gt;").And.Not.Contain("<64K>"));
    }

    [Test]
    public void Page_CitedFigures_StandBehindTheirBanner()
    {
        int banner = _html.IndexOf("Cited, not emulated.", StringComparison.Ordinal);

        Assert.That(banner, Is.Positive);
        Assert.That(_html.IndexOf("E5-2697A", StringComparison.Ordinal), Is.GreaterThan(banner));
        Assert.That(Regex.IsMatch(_html[..banner], @"\d\s*% CPU|\d\s*watts"), Is.False);
    }

    [Test]
    public void Page_EveryPath_IsExplainedForItself()
    {
        string[] texts = [.. PathCatalogue.Ids.Select(static id => PathExplanations.Of(PathCatalogue.Describe(id)))];

        Assert.That(texts, Is.Unique);
        Assert.That(texts, Has.All.Length.GreaterThan(120));
    }

    [Test]
    public void Matrix_Numbers_AreTheCounters()
    {
        ReportTable table = CompareTables.Matrix(_run);

        for (int i = 0; i < _run.Rows.Count; i++)
        {
            PathResult row = _run.Rows[i];
            Assert.That(Cell(table, i, "k"), Is.EqualTo(row.K).Within(0.0005), row.Path.Id);
            Assert.That(Cell(table, i, "cpuW"), Is.EqualTo((double)row.Counters[MemoryTraffic.CpuWrite] / row.PayloadBytes).Within(0.0005), row.Path.Id);
            Assert.That(Cell(table, i, "sysc/rec"), Is.EqualTo((double)row.Counters[MemoryEvent.Syscalls] / row.Records).Within(0.005), row.Path.Id);
        }
    }

    [Test]
    public void Page_Matrix_IsTheConsolesTable()
    {
        ReportTable table = CompareTables.Matrix(_run);

        foreach (IReadOnlyList<string> row in table.Rows)
        {
            string cells = string.Concat(row.Select(static (cell, i) => i == 0 ? $"<td>{cell}</td>" : $"<td class=\"n\">{cell}</td>"));
            Assert.That(_html, Does.Contain(cells), row[0]);
        }
    }

    [Test]
    public void Table_Written_AlignsNumbersAtTheRight()
    {
        var table = new ReportTable("A title", [new("path"), new("k", true), new("who")], [["user", "8.005", "program"], ["ktls-nt", "4", "kernel"]]) { Notes = ["A note."] };
        using var text = new StringWriter();

        table.Write(text);

        Assert.That(text.ToString().ReplaceLineEndings("\n"), Is.EqualTo("A title\npath         k  who\nuser     8.005  program\nktls-nt      4  kernel\nA note.\n"));
    }

    [Test]
    public void Traffic_Sums_AreTheKsAndPublishedOnesAreMarked()
    {
        PlotImage plot = PathPlots.Traffic(_run);

        string[] words = Words(plot);

        Assert.That(words, Is.SupersetOf(_run.Rows.Select(static r => r.K.ToString("F2", CultureInfo.InvariantCulture))));
        Assert.That(words, Is.SupersetOf(new[] { "user", "ktls-nt", "inline", "storage DMA", "CPU reads", "CPU writes", "NIC DMA" }));
        Assert.That(PathPlots.Nominal("user"), Is.EqualTo(8), "400 GB/s at 50 GB/s, EuroBSDCon 2021");
        Assert.That(PathPlots.Nominal("ktls-nt"), Is.EqualTo(4));
        Assert.That(PathPlots.Nominal("inline"), Is.EqualTo(2));
        Assert.That(PathPlots.Nominal("plain"), Is.NaN, "nothing is published for it");
    }

    [Test]
    public void Write_EveryDrawing_IsThereTwice()
    {
        string folder = Directory.CreateTempSubdirectory("nicemu").FullName;
        try
        {
            _report.Write(folder);

            foreach (string name in (string[])["P1-bytes-per-byte", "P2-delta-over-p", "P3-delta-map", "P4-receive-share", "P5-waste-in-order", "P6-context-misses", "P7-before-and-after"])
            {
                Assert.That(XDocument.Load(Path.Combine(folder, name + ".svg")).Root!.Name.LocalName, Is.EqualTo("svg"), name);
                Assert.That(File.ReadAllBytes(Path.Combine(folder, name + ".png")).AsSpan(1, 3).SequenceEqual("PNG"u8), Is.True, name);
            }

            foreach (SweepDefinition definition in DrawnSweeps.All)
            {
                using var reader = new StreamReader(Path.Combine(folder, definition.Name + ".csv"));
                Assert.That(SweepCsv.Read(reader, definition)!.Points, Has.Count.EqualTo(Shown(definition).Length));
            }

            Assert.That(File.ReadAllText(Path.Combine(folder, "report.html")), Is.EqualTo(_html));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Map_Cells_AreTheSweeps()
    {
        SweepResult sweep = Invented(SweepCatalogue.Find("resync")!);

        string[] words = Words(ResyncPlots.Map(sweep));

        SweepPoint[] cells = [.. sweep.Points.Where(static p => p.Text("strategy") == "rebuild" && p["loss"] == 0.02 && p["aligned"] == 0 && p["burst"] == 2 * p["mss"])];
        Assert.That(cells, Has.Length.EqualTo(20), "five records by four segments");
        Assert.That(words, Is.SupersetOf(cells.Select(static c => c["delta"].ToString("F3", CultureInfo.InvariantCulture))));
    }

    [Test]
    public void DrawnSweeps_OverLoss_HaveEveryLossForEachLine()
    {
        SweepSetting[] shown = Shown(SweepCatalogue.Find("resync")!);

        Assert.That(shown.Count(static s => s.Values[2] == 16384 && s.Values[3] == 1448), Is.EqualTo(20), "two strategies, pairs and aligned, five losses");
        Assert.That(Shown(SweepCatalogue.Find("share")!), Has.Length.EqualTo(7), "seven losses");
    }

    [Test]
    public void Pair_Drawing_HasTheBytesOfBothSides()
    {
        PlotImage plot = PathPlots.Pair(_run)!;

        string[] words = Words(plot);

        BeforeAfterPair pair = _run.Pair!;
        Assert.That(pair.OnlyPayloadAndChecksumsDiffer, Is.True);
        Assert.That(words.Count(static w => w.Length == 2), Is.GreaterThanOrEqualTo(2 * PathPlots.PairBytes));
        Assert.That(words, Does.Contain(pair.After.Span[pair.PayloadOffset].ToString("x2", CultureInfo.InvariantCulture)));
        Assert.That(_html, Does.Contain($"<mark>{pair.After.Span[BeforeAfterPair.TcpChecksumOffset]:x2}</mark>"));
    }

    private static double Cell(ReportTable table, int row, string column) => double.Parse(table.Rows[row][table.IndexOf(column)], CultureInfo.InvariantCulture);

    private static SweepSetting[] Shown(SweepDefinition definition) => [.. definition.SettingsOf(false).Where(s => DrawnSweeps.Shows(definition, s))];

    /// <summary>A sweep whose values were not measured, each another one.</summary>
    private static SweepResult Invented(SweepDefinition definition)
    {
        int results = definition.Columns.Count - definition.Axes.Count;
        SweepPoint[] points = [.. Shown(definition).Select(s => new SweepPoint(definition, s.Index, [.. s.Values, .. Enumerable.Range(0, results).Select(i => definition.Columns[definition.Axes.Count + i].Labels.Count > 0 ? 1 : (s.Index + 1 + (0.01 * i)) / 1000)]))];
        return new SweepResult(definition, points, 1, IsFull: false);
    }

    private static string[] Words(PlotImage plot)
    {
        if (!PlotStyle.HasFont) Assert.Ignore("This machine has no font.");
        return [.. XDocument.Parse(plot.Svg).Descendants().Where(static e => e.Name.LocalName == "text").Select(static e => WebUtility.HtmlDecode(e.Value).Trim())];
    }
}
