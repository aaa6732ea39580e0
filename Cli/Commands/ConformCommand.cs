using System.CommandLine;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Reports;

namespace NicEmu.Cli.Commands;

/// <summary><c>nicemu conform</c>: the conformance suite over our driver and card.</summary>
internal static class ConformCommand
{
    public static Command Build()
    {
        var profiles = new Option<string[]>("--profile") { Description = "Only cases of these profiles.", AllowMultipleArgumentsPerToken = true };
        profiles.AcceptOnlyFromAmong([.. Enum.GetNames<CaseProfile>().Select(n => n.ToLowerInvariant())]);
        var ids = new Option<string[]>("--case") { Description = "Only these cases, such as C021.", AllowMultipleArgumentsPerToken = true };
        var sweep = new Option<bool>("--sweep") { Description = "Run the long form of the cases that have one, and only these; --shard then takes a part of each." };
        var list = new Option<bool>("--list") { Description = "List the cases instead of running them." };
        var matrix = new Option<bool>("--matrix") { Description = "With --list: the whole matrix as Markdown, with the rows that do not apply." };
        var seed = new Option<ulong>("--seed") { Description = "Decides about everything that is drawn.", DefaultValueFactory = _ => 1 };
        var shard = new Option<string?>("--shard") { Description = "Run the I-th of N parts.", HelpName = "I/N" };
        var reports = new Option<string[]>("--report") { Description = "Write a report: junit, ktap, json, html or md, with =FILE for another file than conformance.*." };
        var traces = new Option<string>("--traces") { Description = "Where the traces and scenario files of failing cases go.", HelpName = "DIR", DefaultValueFactory = _ => "conformance-failures" };
        var json = CommonOptions.Json("Print the report as one JSON document instead of text.");
        var command = new Command("conform", "Judge our driver and card by the conformance matrix.") { profiles, ids, list, matrix, seed, shard, sweep, reports, traces, json };
        command.SetAction(parse =>
        {
            TextWriter output = parse.InvocationConfiguration.Output;
            CaseSweep part = Part(parse.GetValue(shard));
            bool isSweep = parse.GetValue(sweep);
            IReadOnlyList<ConformanceCase> cases = Choose(parse.GetValue(profiles) ?? [], parse.GetValue(ids) ?? [], isSweep, part);
            if (parse.GetValue(list))
            {
                if (parse.GetValue(matrix)) MatrixPage.Write(output);
                else List(cases, output);
                return ExitCode.Passed;
            }

            var run = new ConformRun
            {
                Seed = parse.GetValue(seed),
                Sweep = isSweep ? part : null,
                Reports = [.. (parse.GetValue(reports) ?? []).Select(ReportFile.Parse)],
                TraceFolder = parse.GetValue(traces)!,
                Json = parse.GetValue(json),
                Output = output,
                Error = parse.InvocationConfiguration.Error,
            };
            return run.Execute(cases);
        });
        return command;
    }

    private static CaseSweep Part(string? shard)
    {
        if (shard is null) return CaseSweep.Whole;
        return CaseSweep.TryParse(shard, out CaseSweep part) ? part : throw new UsageFault($"--shard {shard}: wanted I/N with I from 1 to N, such as 1/4");
    }

    private static List<ConformanceCase> Choose(string[] profiles, string[] ids, bool isSweep, CaseSweep part)
    {
        foreach (string id in ids)
        {
            if (CaseCatalogue.Find(id) is { } known)
            {
                if (isSweep && known.Sweep.Length == 0) throw new UsageFault($"{known.Id} has no sweep; `nicemu conform --list --sweep` shows those that have one");
                continue;
            }

            NotApplicableCase? reason = NotApplicable.All.FirstOrDefault(n => n.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
            throw new UsageFault(reason is null ? $"there is no case {id}; `nicemu conform --list` shows what there is" : $"{reason.Id} does not apply to this card: {reason.Reason}");
        }

        IEnumerable<ConformanceCase> cases = CaseCatalogue.All.Where(c => ids.Length == 0 || ids.Contains(c.Id, StringComparer.OrdinalIgnoreCase))
            .Where(c => profiles.Length == 0 || profiles.Contains(c.Profile.ToString(), StringComparer.OrdinalIgnoreCase));
        return isSweep ? [.. cases.Where(c => c.Sweep.Length > 0)] : [.. cases.Where((_, i) => part.Has(i))];
    }

    private static void List(IReadOnlyList<ConformanceCase> cases, TextWriter output)
    {
        foreach (ConformanceCase c in cases)
        {
            output.WriteLine($"{c.Id}  {c.Profile.ToString().ToLowerInvariant(),-9}  {c.Kind.ToString().ToLowerInvariant(),-6}  {c.Behaviour}");
        }

        output.WriteLine($"{cases.Count} cases");
    }
}
