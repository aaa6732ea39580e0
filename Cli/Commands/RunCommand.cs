using System.CommandLine;
using System.Globalization;
using NicEmu.Board.Faults;
using NicEmu.Board.Scenarios;
using NicEmu.Cli.Output;

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

        Scenario[] scenarios = [.. files.Select(ScenarioFile.Read).Select(s => parse.GetValue(_seed) is { } seed ? s with { Seed = seed } : s)];
        List<(Scenario Scenario, ScenarioResult Result)> done = [];
        TextWriter output = parse.InvocationConfiguration.Output;
        bool asJson = parse.GetValue(_json);
        for (int i = 0; i < scenarios.Length; i++)
        {
            using TraceOutput? trace = parse.GetValue(_trace.Output) is null ? null : _trace.Create(parse, "run");
            ScenarioResult result = ScenarioRunner.Run(scenarios[i], new ScenarioRunOptions { Trace = trace?.Sink, Faults = faults }, cancellation);
            done.Add((scenarios[i], result));
            if (!asJson)
            {
                ScenarioReport.Write(output, scenarios[i], result, parse.GetValue(_stats));
                if (!result.Passed)
                {
                    output.WriteLine($"      reproduce: nicemu run {files[i]} --seed {scenarios[i].Seed}{string.Concat(faults.Select(static f => " --fault " + f))}");
                }
            }

            if (!result.Passed && parse.GetValue(_export) is { } folder)
            {
                Export(parse, scenarios[i] with { Faults = [.. scenarios[i].Faults, .. faults] }, result, folder, $"nicemu run {files[i]} --seed {scenarios[i].Seed}", cancellation);
            }
        }

        int failed = done.Count(static d => !d.Result.Passed);
        if (asJson)
        {
            JsonDocumentWriter.Write(output, "nicemu.run/1", json => WriteAll(json, done));
        }
        else if (done.Count > 1)
        {
            output.WriteLine($"{done.Count - failed} passed, {failed} failed");
        }

        return failed == 0 ? ExitCode.Passed : done.Exists(static d => d.Result.TimedOut && !d.Result.Passed) ? ExitCode.Timeout : ExitCode.Failed;
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

    private static void WriteAll(System.Text.Json.Utf8JsonWriter json, List<(Scenario Scenario, ScenarioResult Result)> done)
    {
        json.WriteBoolean("passed", done.TrueForAll(static d => d.Result.Passed));
        json.WriteStartArray("scenarios");
        foreach ((Scenario scenario, ScenarioResult result) in done)
        {
            json.WriteStartObject();
            ScenarioReport.Write(json, scenario, result);
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
}
