using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using NicEmu.Board.Conformance;
using NicEmu.Board.Faults;
using NicEmu.Board.Scenarios;
using NicEmu.Cli.Output;
using NicEmu.Conformance.Core;

namespace NicEmu.Cli.Commands;

/// <summary><c>nicemu run</c>: scenario files, and scenarios drawn at random.</summary>
internal sealed class RunCommand
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "Scenario files.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<ulong?> _seed = new("--seed") { Description = "Seed instead of the file's; with --random the seed of the series, 1 by default." };
    private readonly Option<long> _random = new("--random") { Description = "Draw that many scenarios and run them; one that fails is shrunk and written to a file." };
    private readonly Option<string> _shard = new("--shard") { Description = "With --random: run only every N-th, beginning with the I-th, from 1.", HelpName = "I/N", DefaultValueFactory = _ => "1/1" };
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Option<bool> _stats = new("--stats") { Description = "Show all counters of both machines." };
    private readonly Option<string?> _export = new("--export") { Description = "Write a shrunk scenario for each failure into this folder.", HelpName = "DIR" };
    private readonly Option<bool> _schema = new("--schema") { Description = "Print the JSON schema of scenario files." };
    private readonly Option<string[]> _faults = FaultArguments.Option();
    private readonly TraceArguments _trace = new();

    /// <summary>Builds the command.</summary>
    public static Command Build() => new RunCommand().BuildCommand();

    private Command BuildCommand()
    {
        var command = new Command("run", "Run scenario files, or scenarios drawn at random. docs/scenarios holds examples and the schema.") { _files };
        foreach (Option option in new Option[] { _seed, _random, _shard, _json, _stats, _export, _schema, _faults })
        {
            command.Options.Add(option);
        }

        _trace.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        using var interrupt = new InterruptScope();
        if (parse.GetValue(_schema))
        {
            parse.InvocationConfiguration.Output.Write(ScenarioSchema.Text());
            return ExitCode.Passed;
        }

        string[] files = parse.GetValue(_files) ?? [];
        long count = parse.GetValue(_random);
        if ((files.Length > 0) == (count > 0))
        {
            throw new UsageFault(files.Length > 0 ? "run takes files or --random N, not both." : "run needs scenario files or --random N.");
        }

        return count > 0 ? RunRandom(parse, count, interrupt.Token) : RunFiles(parse, files, interrupt.Token);
    }

    private int RunFiles(ParseResult parse, string[] files, CancellationToken cancellation)
    {
        IReadOnlyList<FaultSpecification> faults = FaultArguments.Read(parse, _faults);
        if (files.Length > 1 && parse.GetValue(_trace.Output) is not null)
        {
            throw new UsageFault("-o takes the trace of one scenario; give one file.");
        }

        CaseScenario?[] cases = [.. files.Select(ScenarioFile.ReadCase)];
        Scenario?[] scenarios = [.. files.Select((f, i) => cases[i] is null ? ScenarioFile.Read(f) : null)];
        if (faults.Count > 0 && Array.FindIndex(cases, static c => c is not null) is >= 0 and int at)
        {
            throw new UsageFault($"--fault: {files[at]} names a conformance case, which brings its own faults.");
        }

        ulong? seed = parse.GetValue(_seed);
        List<FileOutcome> done = [];
        for (int i = 0; i < files.Length; i++)
        {
            using TraceOutput? trace = parse.GetValue(_trace.Output) is null ? null : _trace.Create(parse, "run");
            done.Add(cases[i] is { } named
                ? RunCase(parse, files[i], named with { Seed = seed ?? named.Seed }, trace)
                : RunScenario(parse, files[i], scenarios[i]! with { Seed = seed ?? scenarios[i]!.Seed }, faults, trace, cancellation));
        }

        int failed = done.Count(static d => d.Failed);
        int passed = done.Count(static d => d.Passed);
        TextWriter output = parse.InvocationConfiguration.Output;
        if (parse.GetValue(_json))
        {
            JsonDocumentWriter.Write(output, "nicemu.run/1", json => WriteAll(json, failed == 0, done));
        }
        else if (done.Count > 1)
        {
            int skipped = done.Count - passed - failed;
            output.WriteLine($"{passed} passed, {failed} failed{(skipped > 0 ? $", {skipped} skipped" : string.Empty)}");
        }

        if (failed == 0)
        {
            return passed > 0 ? ExitCode.Passed : ExitCode.NothingRan;
        }

        return done.Exists(static d => d is { Failed: true, TimedOut: true }) ? ExitCode.Timeout : ExitCode.Failed;
    }

    private FileOutcome RunScenario(ParseResult parse, string file, Scenario scenario, IReadOnlyList<FaultSpecification> faults, TraceOutput? trace, CancellationToken cancellation)
    {
        ScenarioResult result = ScenarioRunner.Run(scenario, new ScenarioRunOptions { Trace = trace?.Sink, Faults = faults }, cancellation);
        if (!parse.GetValue(_json))
        {
            TextWriter output = parse.InvocationConfiguration.Output;
            ScenarioReport.Write(output, scenario, result, parse.GetValue(_stats));
            if (!result.Passed)
            {
                output.WriteLine($"      reproduce: nicemu run {file} --seed {scenario.Seed}{string.Concat(faults.Select(static f => " --fault " + f))}");
            }
        }

        if (!result.Passed && parse.GetValue(_export) is { } folder)
        {
            Export(parse, scenario with { Faults = [.. scenario.Faults, .. faults] }, result, folder, $"nicemu run {file} --seed {scenario.Seed}", cancellation);
        }

        return new(result.Passed, !result.Passed, result.TimedOut, json => ScenarioReport.Write(json, scenario, result));
    }

    /// <summary>Runs a file that names a conformance case. A case is not shrunk: it is what it is.</summary>
    private FileOutcome RunCase(ParseResult parse, string file, CaseScenario scenario, TraceOutput? trace)
    {
        CaseResult result = new InProcessTarget { TraceFor = trace is null ? null : _ => trace.Sink, Sweep = scenario.Sweep }.Run(scenario.Case, scenario.Seed);
        if (!parse.GetValue(_json))
        {
            CaseReport.Write(parse.InvocationConfiguration.Output, scenario, result, file);
        }

        return new(result.Outcome == CaseOutcome.Passed, result.Outcome == CaseOutcome.Failed, false, json => CaseReport.Write(json, scenario, result));
    }

    private int RunRandom(ParseResult parse, long count, CancellationToken cancellation)
    {
        (long first, long step) = Shard(parse.GetValue(_shard)!);
        ulong seed = parse.GetValue(_seed) ?? 1;
        TextWriter error = parse.InvocationConfiguration.Error;
        TextWriter output = parse.InvocationConfiguration.Output;
        string folder = parse.GetValue(_export) ?? ".";
        long run = 0;
        List<string> failures = [];
        bool shows = !Console.IsErrorRedirected && error == Console.Error;
        for (long number = first; number < count && !cancellation.IsCancellationRequested; number += step)
        {
            Scenario scenario = RandomScenario.Draw(seed, number);
            ScenarioResult result;
            try
            {
                result = ScenarioRunner.Run(scenario, null, cancellation);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            run++;
            if (shows && run % 10 == 0)
            {
                error.Write($"\rscenario {number + 1} of {count}, {failures.Count} failed ");
            }

            if (!result.Passed)
            {
                error.WriteLine();
                output.WriteLine($"FAIL  {scenario.Name}  {result.Broken[0]}");
                failures.Add(Export(parse, scenario, result, folder, $"nicemu run --random {number + 1} --seed {seed} --shard {number + 1}/{number + 1}", cancellation));
            }
        }

        if (shows)
        {
            error.Write("\r" + new string(' ', 60) + "\r");
        }

        if (parse.GetValue(_json))
        {
            JsonDocumentWriter.Write(output, "nicemu.random/1", json =>
            {
                json.WriteNumber("seed", seed);
                json.WriteNumber("run", run);
                json.WriteNumber("failed", failures.Count);
                json.WriteBoolean("interrupted", cancellation.IsCancellationRequested);
            });
        }
        else
        {
            output.WriteLine($"{run - failures.Count} random scenarios passed, {failures.Count} failed, seed {seed}{(cancellation.IsCancellationRequested ? ", interrupted" : string.Empty)}");
            output.WriteLine($"reproduce: nicemu run --random {count} --seed {seed}{(step > 1 ? $" --shard {first + 1}/{step}" : string.Empty)}");
        }

        return cancellation.IsCancellationRequested ? ExitCode.Interrupted : failures.Count > 0 ? ExitCode.Failed : run == 0 ? ExitCode.NothingRan : ExitCode.Passed;
    }

    private static string Export(ParseResult parse, Scenario scenario, ScenarioResult result, string folder, string reproduce, CancellationToken cancellation)
    {
        string reason = result.Broken[0];
        Scenario small = scenario;
        if (!cancellation.IsCancellationRequested)
        {
            // A failure of another kind is another failure: the first word of the sentence and whether time ran out stand for the kind.
            string kind = KindOf(reason);
            small = ScenarioShrinker.Shrink(scenario, s => !cancellation.IsCancellationRequested && ScenarioRunner.Run(s).Broken is [var first, ..] && KindOf(first) == kind);
        }

        string path = Path.Combine(folder, scenario.Name + ".jsonc");
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(path, ScenarioWriter.Write(small, $"Shrunk from: {reproduce}\nFails with: {reason}\nRun it: nicemu run {path}"));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new EnvironmentFault($"cannot write {path}: {fault.Message}", fault);
        }

        parse.InvocationConfiguration.Output.WriteLine($"      shrunk: {path}\n      reproduce: {reproduce}");
        return path;
    }

    private static string KindOf(string broken) => string.Concat(broken.Where(static c => !char.IsAsciiDigit(c)).Take(24));

    private static void WriteAll(Utf8JsonWriter json, bool passed, List<FileOutcome> done)
    {
        json.WriteBoolean("passed", passed);
        json.WriteStartArray("scenarios");
        foreach (FileOutcome outcome in done)
        {
            json.WriteStartObject();
            outcome.Write(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static (long First, long Step) Shard(string text)
    {
        string[] parts = text.Split('/');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long i)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long n) && i >= 1 && i <= n
            ? (i - 1, n)
            : throw new UsageFault($"--shard {text}: expected I/N with I from 1 to N, such as 1/4.");
    }

    /// <summary>What came of a file.</summary>
    /// <param name="Passed">Everything expected came true.</param>
    /// <param name="Failed">Something expected did not; neither of both: it could not be judged.</param>
    /// <param name="TimedOut">The time limit ended it.</param>
    /// <param name="Write">Writes it as members of an object.</param>
    private sealed record FileOutcome(bool Passed, bool Failed, bool TimedOut, Action<Utf8JsonWriter> Write);
}
