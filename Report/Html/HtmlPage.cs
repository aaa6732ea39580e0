using System.Globalization;
using System.Net;
using System.Text;

namespace NicEmu.Report.Html;

/// <summary>A self-contained HTML page: style and drawings inside, no script, nothing fetched. All text is escaped.</summary>
internal sealed class HtmlPage(string title)
{
    private const string Style = """
        :root { --ink: #1a1a1a; --soft: #5b6470; --line: #d9dde2; --band: #f5f7f9; --accent: #0072b2; }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 66rem; color: var(--ink); background: #fff; font: 16px/1.55 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .3rem; }
        h2 { font-size: 1.35rem; margin: 2.6rem 0 .6rem; padding-top: .8rem; border-top: 2px solid var(--line); }
        h3 { font-size: 1.05rem; margin: 1.6rem 0 .3rem; }
        p { margin: .5rem 0; max-width: 48rem; }
        .soft { color: var(--soft); }
        .banner { border-left: 5px solid #d55e00; background: #fdf3ec; padding: .7rem 1rem; margin: 1rem 0; max-width: none; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-size: .82rem; margin: .8rem 0; }
        th, td { padding: .3rem .55rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
        thead th { background: var(--band); border-bottom: 2px solid var(--line); }
        td:first-child { white-space: nowrap; }
        table.dense { font-size: .74rem; }
        table.dense th, table.dense td { padding: .28rem .32rem; }
        td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        figure { margin: 1.2rem 0; }
        figure svg { width: 100%; height: auto; border: 1px solid var(--line); }
        figcaption { color: var(--soft); font-size: .88rem; }
        pre { background: var(--band); padding: .8rem 1rem; overflow-x: auto; font: .68rem/1.5 "DejaVu Sans Mono", ui-monospace, monospace; }
        pre mark { background: #ffe08a; }
        code { font-family: "DejaVu Sans Mono", ui-monospace, monospace; font-size: .88em; }
        @media print { body { max-width: none; padding: 0; font-size: 10.5pt; } h2 { break-after: avoid; } figure, table, pre { break-inside: avoid; } h3 { break-after: avoid; } td:first-child { white-space: normal; } table.dense { font-size: 6pt; } pre { font-size: 5.9pt; padding: .5rem; } .wide { overflow: visible; } table { font-size: 6.6pt; } }
        """;

    /// <summary>Columns that fit beside each other at the usual size.</summary>
    private const int MostWideColumns = 10;

    private readonly StringBuilder _body = new();

    /// <summary>A heading.</summary>
    /// <param name="level">1 to 3.</param>
    /// <param name="text">The text.</param>
    public void Heading(int level, string text) => _body.Append(CultureInfo.InvariantCulture, $"<h{level}>{Escape(text)}</h{level}>\n");

    /// <summary>A paragraph.</summary>
    /// <param name="text">The text.</param>
    /// <param name="kind">Its class: empty, "soft" or "banner".</param>
    public void Paragraph(string text, string kind = "") => _body.Append(kind.Length == 0 ? "<p>" : $"<p class=\"{kind}\">").Append(Escape(text)).Append("</p>\n");

    /// <summary>A table.</summary>
    /// <param name="heads">Names of the columns.</param>
    /// <param name="rows">The cells; a row may be shorter than the heads.</param>
    /// <param name="numeric">Which columns hold numbers.</param>
    public void Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows, Func<int, bool> numeric)
    {
        _body.Append(heads.Count > MostWideColumns ? "<div class=\"wide\"><table class=\"dense\"><thead><tr>" : "<div class=\"wide\"><table><thead><tr>");
        for (int column = 0; column < heads.Count; column++) Cell("th", heads[column], numeric(column));
        _body.Append("</tr></thead><tbody>\n");
        foreach (IReadOnlyList<string> row in rows)
        {
            _body.Append("<tr>");
            for (int column = 0; column < row.Count; column++) Cell("td", row[column], numeric(column));
            _body.Append("</tr>\n");
        }

        _body.Append("</tbody></table></div>\n");
    }

    /// <summary>A drawing with its caption.</summary>
    /// <param name="plot">The drawing.</param>
    public void Figure(Plots.PlotImage plot)
    {
        // An XML declaration may stand only at a document's beginning.
        string svg = plot.Svg;
        int start = svg.IndexOf("<svg", StringComparison.Ordinal);
        _body.Append("<figure>\n").Append(WithViewBox(start > 0 ? svg[start..] : svg)).Append("\n<figcaption>").Append(Escape($"{plot.Name.Split('-')[0]}. {plot.Caption}")).Append("</figcaption></figure>\n");
    }

    /// <summary>Text in lines as they are, with parts marked.</summary>
    /// <param name="lines">Lines of pieces, each with whether it is marked.</param>
    public void Listing(IEnumerable<IEnumerable<(string Text, bool Marked)>> lines)
    {
        _body.Append("<pre>");
        foreach (IEnumerable<(string Text, bool Marked)> line in lines)
        {
            foreach ((string text, bool marked) in line) _body.Append(marked ? "<mark>" : "").Append(Escape(text)).Append(marked ? "</mark>" : "");
            _body.Append('\n');
        }

        _body.Append("</pre>\n");
    }

    /// <summary>The whole document.</summary>
    public override string ToString() =>
        $"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{Escape(title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n{_body}</body>\n</html>\n";

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Without a view box a drawing cannot change its size with the page.</summary>
    private static string WithViewBox(string svg)
    {
        int end = svg.IndexOf('>', StringComparison.Ordinal);
        return end < 0 || svg.AsSpan(0, end).Contains("viewBox", StringComparison.Ordinal) ? svg
            : svg.Insert("<svg".Length, $" viewBox=\"0 0 {Plots.PlotStyle.Width} {Plots.PlotStyle.Height}\" role=\"img\"");
    }

    private void Cell(string tag, string text, bool number) => _body.Append(number ? $"<{tag} class=\"n\">" : $"<{tag}>").Append(Escape(text)).Append(CultureInfo.InvariantCulture, $"</{tag}>");
}
