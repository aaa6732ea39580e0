using System.Diagnostics;
using NicEmu.Board.Conformance;
using NicEmu.Board.Scenarios;
using NicEmu.Conformance.Core;
using NicEmu.Conformance.Reports;
using NicEmu.Traces;

namespace NicEmu.Cli.Commands;

/// <summary>One run of the suite: a line for each case as it ends, reports, and traces of what failed.</summary>
internal sealed class ConformRun
{
    public required ulong Seed { get; init; }

    public required CaseSweep? Sweep { get; init; }

    public required IReadOnlyList<ReportFile> Reports { get; init; }

    public required string TraceFolder { get; init; }

    public required bool Json { get; init; }

    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    public int Execute(IReadOnlyList<ConformanceCase> cases)
    {
        if (cases.Count == 0)
        {
            Error.WriteLine("nicemu: no case was chosen");
            return ExitCode.NothingRan;
        }

        using var interrupt = new InterruptScope();
        var watch = Stopwatch.StartNew();
        var target = new InProcessTarget { Sweep = Sweep };
        List<CaseResult> results = [];
        new SuiteRun(target, Seed)
        {
            Finished = result =>
            {
                CaseResult kept = result.Outcome == CaseOutcome.Failed ? result with { Trace = WriteTrace(result.Case), Scenario = WriteScenario(result) } : result;
                results.Add(kept);
                if (!Json) Show(kept);
            },
        }.Run(cases, interrupt.Token);
        var report = new SuiteReport(target.Name, $"NicEmu {Product.Version}", Seed, results) { Sweep = Sweep };
        foreach (ReportFile file in Reports) Save(report, file);
        if (Json) ReportFormat.Find("json")!.Write(report, Output);
        else Output.WriteLine($"{report.Passed} passed, {report.Failed} failed, {report.Skipped} skipped in {watch.Elapsed.TotalSeconds:F1} s (seed {Seed})");
        if (interrupt.Token.IsCancellationRequested) return ExitCode.Interrupted;
        return report.Failed > 0 ? ExitCode.Failed : report.Passed > 0 ? ExitCode.Passed : ExitCode.NothingRan;
    }

    private void Show(CaseResult result)
    {
        string mark = result.Outcome switch
        {
            CaseOutcome.Passed => "ok  ",
            CaseOutcome.Failed => "FAIL",
            _ => "skip",
        };
        Output.WriteLine($"{mark}  {result.Case.Id}  {result.Case.Behaviour}");
        if (result.Message is not null) Output.WriteLine($"      {result.Message}");
        if (result.Outcome != CaseOutcome.Failed) return;
        if (result.Trace is not null) Output.WriteLine($"      trace       {result.Trace}");
        if (result.Scenario is not null) Output.WriteLine($"      scenario    {result.Scenario}");
        Output.WriteLine($"      reproduce   {SuiteReport.Reproduce(result.Case, Seed, Sweep)}");
    }

    /// <summary>Runs a failed case again, which gives the same events, this time into a file.</summary>
    private string? WriteTrace(ConformanceCase test)
    {
        // A sweep is too long for a trace; the message of its case says which round failed.
        if (Sweep is not null) return null;
        string path = Path.Combine(TraceFolder, $"{test.Id}-seed{Seed}.pcapng");
        try
        {
            Directory.CreateDirectory(TraceFolder);
            using TraceOutput trace = TraceOutput.Create(path, "pcapng", new PcapngTraceOptions(), split: false);
            new InProcessTarget { TraceFor = _ => trace.Sink }.Run(test, Seed);
            return path;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or EnvironmentFault)
        {
            Error.WriteLine($"nicemu: the trace of {test.Id} was not written: {fault.Message}");
            return null;
        }
    }

    /// <summary>Writes down what <c>nicemu run</c> needs to run a failed case again.</summary>
    private string? WriteScenario(CaseResult result)
    {
        string name = $"{result.Case.Id}-seed{Seed}";
        string path = Path.Combine(TraceFolder, name + ".jsonc");
        var scenario = new CaseScenario { Name = name, About = result.Case.Behaviour, Case = result.Case, Seed = Seed, Sweep = Sweep };
        try
        {
            Directory.CreateDirectory(TraceFolder);
            File.WriteAllText(path, scenario.Write($"Fails with: {result.Message}\nRun it: nicemu run {path}"));
            return path;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Error.WriteLine($"nicemu: the scenario of {result.Case.Id} was not written: {fault.Message}");
            return null;
        }
    }

    private void Save(SuiteReport report, ReportFile file)
    {
        try
        {
            using var writer = new StreamWriter(file.Path);
            file.Format.Write(report, writer);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new EnvironmentFault($"cannot write {file.Path}: {fault.Message}", fault);
        }

        if (!Json) Output.WriteLine($"wrote {file.Path}");
    }
}
