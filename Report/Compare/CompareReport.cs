using System.Globalization;
using NicEmu.Board.Compare;
using NicEmu.Board.Compare.Sweeps;
using NicEmu.Report.Html;
using NicEmu.Report.Plots;
using NicEmu.Report.Tables;

namespace NicEmu.Report.Compare;

/// <summary>A comparison of data paths as drawings and one page that stands alone.</summary>
public sealed class CompareReport
{
    private readonly CompareRun _run;
    private readonly double _rateGbps;
    private readonly string _reproduce;
    private readonly IReadOnlyList<SweepResult> _sweeps;

    /// <summary>Draws everything.</summary>
    /// <param name="run">What the paths did.</param>
    /// <param name="rateGbps">Rate at which memory traffic is shown, in Gb/s.</param>
    /// <param name="sweeps">Sweeps of <see cref="DrawnSweeps"/>; one that is not there is not drawn.</param>
    /// <param name="reproduce">The command line that gives the same counts.</param>
    public CompareReport(CompareRun run, double rateGbps, IReadOnlyList<SweepResult> sweeps, string reproduce)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(sweeps);
        (_run, _rateGbps, _sweeps, _reproduce) = (run, rateGbps, sweeps, reproduce);
        List<PlotImage?> plots =
        [
            PathPlots.Traffic(run),
            Draw(DrawnSweeps.Resync, ResyncPlots.OverLoss),
            Draw(DrawnSweeps.Resync, ResyncPlots.Map),
            Draw(DrawnSweeps.Share, ShapePlots.Share),
            Draw(DrawnSweeps.Waste, ResyncPlots.InOrder),
            Draw(DrawnSweeps.Cache, ShapePlots.Cache),
            PathPlots.Pair(run),
        ];
        Plots = [.. plots.OfType<PlotImage>()];
    }

    /// <summary>The drawings, in the order of their names.</summary>
    public IReadOnlyList<PlotImage> Plots { get; }

    /// <summary>Writes the page, each drawing as SVG and PNG, and the sweeps as tables.</summary>
    /// <param name="folder">Folder that is there already.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written.</exception>
    public void Write(string folder)
    {
        foreach (PlotImage plot in Plots)
        {
            File.WriteAllText(Path.Combine(folder, plot.Name + ".svg"), plot.Svg);
            File.WriteAllBytes(Path.Combine(folder, plot.Name + ".png"), plot.Png.ToArray());
        }

        foreach (SweepResult sweep in _sweeps)
        {
            using var table = new StreamWriter(Path.Combine(folder, sweep.Definition.Name + ".csv"));
            SweepCsv.Write(table, sweep);
        }

        File.WriteAllText(Path.Combine(folder, "report.html"), Html());
    }

    /// <summary>The page.</summary>
    public string Html()
    {
        string title = $"One file, {_run.Rows.Count} data paths";
        var page = new HtmlPage($"NicEmu: {title}");
        page.Heading(1, title);
        page.Paragraph($"The same {_run.Options.Content.Length} bytes, served by an emulated host and network card in {_run.Rows.Count} ways that differ in who encrypts and in what is copied. Every byte that crosses memory or PCI Express was counted by the code that moved it. Conditions: {CompareTables.Conditions(_run)}.");
        page.Paragraph(CompareTables.Verdict(_run), _run.Passed ? "" : "banner");
        page.Listing([[("Reproduce: ", false), (_reproduce, false)]]);
        if (!PlotStyle.HasFont) page.Paragraph(PlotStyle.FontAdvice, "banner");
        Explain(page);
        page.Heading(2, "Where the bytes go");
        Add(page, CompareTables.Matrix(_run));
        Add(page, "P1");
        Add(page, CompareTables.Roles(_run));
        page.Heading(2, "Beside what was published");
        Add(page, CompareTables.Published(_run, _rateGbps));
        AddRatios(page);
        Add(page, CompareTables.Bounds(_run));
        AddPair(page);
        AddSweeps(page);
        page.Heading(2, "Cited: throughput and processor load of real machines");
        page.Paragraph(CitedTables.Banner, "banner");
        foreach (ReportTable table in CitedTables.All) Add(page, table);
        AddNotCounted(page);
        return page.ToString();
    }

    private void Explain(HtmlPage page)
    {
        page.Heading(2, "What the paths are");
        page.Paragraph("A server that sends a file over TLS needs three things of its bytes: storage has to bring them to memory, someone has to encrypt them, and the card has to read them. The paths differ in what happens between. TLS cuts a stream into records of up to 16384 bytes, each encrypted and closed by a tag that proves that nothing was changed; TCP cuts the same stream into segments, without regard to records, and sends again what is lost.");
        foreach (PathResult row in _run.Rows)
        {
            page.Heading(3, $"{row.Path.Id}: {row.Path.Title}");
            page.Paragraph(PathExplanations.Of(row.Path));
        }
    }

    private void AddRatios(HtmlPage page)
    {
        if (Find("user") is { } user && Find("ktls-nt") is { } kernel && Find("inline") is { } card)
        {
            page.Paragraph(string.Create(
                CultureInfo.InvariantCulture,
                $"In this run TLS in the kernel moved {kernel.K / card.K:F2} times as many bytes through memory as TLS in the card, and TLS in the program {user.K / card.K:F2} times; published are 200 to 100 and 400 to 100."));
        }

        page.Paragraph("Rows marked \"drawn there\" are the published slides' own arithmetic with the same model of accesses; only the measured ones are evidence. Not comparable are rates, processor load, watts and latency, which an emulator does not have, and what caches hide, which neither count shows.");

        PathResult? Find(string id) => _run.Rows.FirstOrDefault(r => r.Path.Id == id);
    }

    private void AddPair(HtmlPage page)
    {
        if (_run.Pair is not { } pair) return;
        page.Heading(2, "P7  One segment before and behind the card");
        page.Paragraph($"With TLS in the card the host hands over packets with final headers and plaintext. Left: the frame of {pair.Before.Length} bytes as the driver handed it to the card. Right: the same frame on the wire. Marked bytes differ. "
            + (pair.OnlyPayloadAndChecksumsDiffer
                ? "Of the headers only the two checksums do (the IP header's at offset 0x18, TCP's at 0x32): the host leaves both to the card, for TCP's covers the ciphertext, which only the card knows. Addresses, ports, sequence and acknowledgement numbers are the same; so is the record's head of five bytes, and in TLS 1.2 the explicit nonce, where a record begins in the segment. What differs behind is content that was encrypted; encryption changes no length. "
                : "More than the payload and the two checksums differ in the headers, which is a defect. ")
            + "A capture on the sending host (tcpdump) shows the left side: plaintext. Bytes that follow from a seed look random on both sides; serve a text with --file to read it on the left.");
        page.Listing(HexPair.Lines(pair.Before, pair.After, PathPlots.PairBytes));
    }

    private void AddSweeps(HtmlPage page)
    {
        if (_sweeps.Count == 0) return;
        page.Heading(2, "What TLS in the card costs when packets are lost");
        page.Paragraph("These drawings come from sweeps: runs of the card and its driver alone, over many settings, whose tables lie beside this page as CSV files. p is the share of bytes sent again; δ is what the card has to read and does not send, both per byte of the stream; R is a record on the wire, M a segment, B a burst.");
        foreach (string name in (string[])["P2", "P3", "P4", "P5", "P6"]) Add(page, name);
    }

    private void AddNotCounted(HtmlPage page)
    {
        page.Heading(2, "What is not counted");
        page.Paragraph("An access counts as a crossing of the memory bus, whether a real machine's cache would have hidden it or not: the published figures of 8, 4 and 2 do the same. Write-allocate and non-temporal are labels on counted stores, for the model has no cache. Libraries that move bytes inside themselves are charged at their boundary. Descriptors, completions, events, headers of frames and headers and tags of records are counted apart, as metadata, and are in no k. Handshakes are not part of the counts.");
        ReportTable table = CompareTables.NotCounted(_run);
        if (table.Rows.Count > 0) Add(page, table);
    }

    private PlotImage? Draw(string sweep, Func<SweepResult, PlotImage> draw) => _sweeps.FirstOrDefault(s => s.Definition.Name == sweep) is { Points.Count: > 0 } result ? draw(result) : null;

    private void Add(HtmlPage page, string plot)
    {
        if (Plots.FirstOrDefault(p => p.Name.StartsWith(plot + "-", StringComparison.Ordinal)) is { } found) page.Figure(found);
    }

    private static void Add(HtmlPage page, ReportTable table)
    {
        page.Heading(3, table.Title);
        page.Table([.. table.Columns.Select(static c => c.Name)], table.Rows, i => table.Columns[i].IsNumber);
        foreach (string note in table.Notes) page.Paragraph(note, "soft");
    }
}
