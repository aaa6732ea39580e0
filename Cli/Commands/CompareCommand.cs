using System.CommandLine;
using System.Globalization;
using NicEmu.Board.Compare;
using NicEmu.Cli.Output;
using NicEmu.Driver.Memory;
using NicEmu.Spec.Events;
using NicEmu.Traces;
using CompareOptions = NicEmu.Board.Compare.CompareOptions;

namespace NicEmu.Cli.Commands;

/// <summary><c>nicemu compare</c>: one file by many data paths, with every byte counted that crosses memory or PCI Express.</summary>
internal sealed class CompareCommand
{
    private const int MostBytes = 256 << 20;

    private readonly Option<string?> _file = new("--file") { Description = "File to serve, up to 256 MiB; without one, bytes that follow from the seed.", HelpName = "FILE" };
    private readonly Option<string> _size = new("--size") { Description = "How many bytes without --file: a number, with K, M or G for powers of 1024.", DefaultValueFactory = static _ => "4M", HelpName = "N" };
    private readonly Option<string?> _rows = new("--rows") { Description = $"Paths with commas between: {string.Join(", ", PathCatalogue.Ids)}. All by default.", HelpName = "LIST" };
    private readonly Option<int> _record = TransferArguments.Number("--record", "Content bytes of a record.", 16384, 64, 16384);
    private readonly Option<int> _mss = TransferArguments.Number("--mss", "TCP payload bytes of a full frame.", 1448, 100, 8948);
    private readonly Option<double> _loss = Share("--loss", "Probability that the network loses a frame of the server.", 0.2);
    private readonly Option<double> _hitRatio = Share("--hit-ratio", "Share of the file's pages that are in memory before.", 1);
    private readonly Option<double> _rate = new("--rate") { Description = "Rate at which memory traffic is shown, in Gb/s, above 0. It is arithmetic: nothing runs at it.", DefaultValueFactory = static _ => 100, HelpName = "GBPS" };
    private readonly Option<string> _strategy = TransferArguments.Choice("--strategy", "What paths with a TLS context in the card do about segments out of order.", "rebuild", "reposition", "rebuild", "range", "next-record");
    private readonly Option<ulong> _seed = new("--seed") { Description = "Decides about keys, sequence numbers and losses: same seed, same bytes.", DefaultValueFactory = static _ => 1 };
    private readonly Option<bool> _audit = new("--audit") { Description = "Compare memory with what the counted accesses make of it." };
    private readonly Option<bool> _trace = new("--trace") { Description = "With -o: write the server's capture of each path, DIR/PATH.pcapng, with the keys for Wireshark." };
    private readonly Option<string?> _folder = new("--output", "-o") { Description = "Write report.html, drawings as SVG and PNG, compare.txt and compare.json into this folder; with the sweeps that are drawn (resync, share, waste, cache; some of their quick settings, about ten seconds) as CSV.", HelpName = "DIR" };
    private readonly Option<string?> _sweeps = new("--sweeps") { Description = "With -o: draw the tables NAME.csv in this folder, as nicemu sweep -o DIR wrote them; sweeps that are not there are run.", HelpName = "DIR" };
    private readonly Option<bool> _noSweeps = new("--no-sweeps") { Description = "With -o: run no sweeps, and leave out what they would draw." };
    private readonly Option<bool> _json = CommonOptions.Json();

    /// <summary>Builds the command.</summary>
    public static Command Build() => new CompareCommand().BuildCommand();

    private Command BuildCommand()
    {
        var command = new Command("compare", "Serve one file by many data paths, from TLS in the program to TLS in the card, and count every byte that crosses memory or PCI Express.");
        foreach (Option option in new Option[] { _file, _size, _rows, _record, _mss, _loss, _hitRatio, _rate, _seed, _strategy, _audit, _trace, _folder, _sweeps, _noSweeps, _json }) command.Options.Add(option);
        _rate.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 1e6)) result.AddError("--rate takes a number above 0, to 1000000.");
        });
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        using var interrupt = new InterruptScope();
        if (parse.GetValue(_folder) is null && (parse.GetValue(_sweeps) is not null || parse.GetValue(_noSweeps))) throw new UsageFault("--sweeps and --no-sweeps need -o DIR.");
        if (parse.GetValue(_sweeps) is { } earlier && !Directory.Exists(earlier)) throw new UsageFault($"there is no folder {earlier}");
        string[] ids = Choose(parse.GetValue(_rows));
        ulong seed = parse.GetValue(_seed);
        var options = new CompareOptions
        {
            Content = Content(parse.GetValue(_file), parse.GetValue(_size)!, seed),
            RecordPayload = parse.GetValue(_record),
            Mss = parse.GetValue(_mss),
            Loss = parse.GetValue(_loss),
            HitRatio = parse.GetValue(_hitRatio),
            Seed = seed,
            Audit = parse.GetValue(_audit),
            Strategy = TransferArguments.StrategyOf(parse.GetValue(_strategy)!),
            TraceOf = TraceOf(parse),
        };
        TextWriter error = parse.InvocationConfiguration.Error;
        using var progress = new ProgressLine(error, "comparing", (long)ids.Length * options.Content.Length, !Console.IsErrorRedirected && error == Console.Error);
        long done = 0;
        CompareRun run;
        try
        {
            run = CompareRun.Execute(options, ids, row => progress.Report(done += row.PayloadBytes), interrupt.Token);
        }
        catch (AggregateException fault) when (fault.InnerExceptions.All(static e => e is OperationCanceledException))
        {
            throw new OperationCanceledException("Interrupted.", fault);
        }

        progress.Dispose();
        return Write(run, parse, interrupt.Token) && run.Passed ? ExitCode.Passed : ExitCode.Failed;
    }

    private Func<string, ITraceSink>? TraceOf(ParseResult parse)
    {
        if (!parse.GetValue(_trace)) return null;
        if (parse.GetValue(_folder) is not { } folder) throw new UsageFault("--trace needs -o DIR.");
        Guarded(folder, () => Directory.CreateDirectory(folder));
        return id => new PcapngTrace(File.Create(Path.Combine(folder, id + ".pcapng")));
    }

    private static void Guarded(string folder, Action write)
    {
        try
        {
            write();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new EnvironmentFault($"cannot write to {folder}: {fault.Message}", fault);
        }
    }

    private bool Write(CompareRun run, ParseResult parse, CancellationToken cancellation)
    {
        double rate = parse.GetValue(_rate);
        TextWriter output = parse.InvocationConfiguration.Output;
        if (parse.GetValue(_json)) JsonDocumentWriter.Write(output, "nicemu.compare/1", json => CompareJson.Write(json, run));
        else new CompareText(run, rate).Write(output);
        if (parse.GetValue(_folder) is not { } folder) return true;
        var report = new CompareFolder
        {
            Path = folder,
            Sweeps = parse.GetValue(_sweeps),
            RunsSweeps = !parse.GetValue(_noSweeps),
            RateGbps = rate,
            Seed = run.Options.Seed,
            Reproduce = Reproduce(parse),
            Cancellation = cancellation,
            Error = parse.InvocationConfiguration.Error,
        };
        bool isWhole = true;
        Guarded(folder, () => isWhole = report.Write(run));
        return isWhole;
    }

    /// <summary>The command line with what was given on it, but for where the report goes.</summary>
    private string Reproduce(ParseResult parse)
    {
        List<string> words = ["nicemu", "compare"];
        foreach (Option option in new Option[] { _file, _size, _rows, _record, _mss, _loss, _hitRatio, _rate, _strategy, _seed })
        {
            if (parse.GetResult(option) is not { Implicit: false } given) continue;
            words.Add(option.Name);
            words.AddRange(given.Tokens.Select(static t => t.Value.Contains(' ', StringComparison.Ordinal) ? $"'{t.Value}'" : t.Value));
        }

        return string.Join(' ', words);
    }

    private static string[] Choose(string? list)
    {
        if (list is null) return [.. PathCatalogue.Ids];
        string[] ids = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (ids.Length == 0) throw new UsageFault("--rows needs at least one path.");
        string? unknown = ids.FirstOrDefault(static i => !PathCatalogue.Ids.Contains(i));
        if (unknown is not null) throw new UsageFault($"--rows {unknown}: there are {string.Join(", ", PathCatalogue.Ids)}");
        return [.. ids.Distinct()];
    }

    private static StorageContent Content(string? path, string size, ulong seed)
    {
        if (path is null) return StorageContent.Seeded(Bytes(size), seed);
        try
        {
            long length = new FileInfo(path).Length;
            if (length is 0 or > MostBytes) throw new UsageFault($"{path} holds {length} bytes; 1 to {MostBytes} can be served.");
            return StorageContent.Of(File.ReadAllBytes(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageFault($"cannot read {path}: {fault.Message}", fault);
        }
    }

    private static int Bytes(string size)
    {
        int shift = char.ToUpperInvariant(size.Length > 0 ? size[^1] : ' ') switch
        {
            'K' => 10,
            'M' => 20,
            'G' => 30,
            _ => 0,
        };
        ReadOnlySpan<char> digits = shift > 0 ? size.AsSpan(0, size.Length - 1) : size;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) || number is < 1 or > MostBytes || number << shift > MostBytes)
        {
            throw new UsageFault($"--size {size}: 1 to 256M bytes can be served.");
        }

        return (int)(number << shift);
    }

    private static Option<double> Share(string name, string description, double most)
    {
        var option = new Option<double>(name) { Description = string.Create(CultureInfo.InvariantCulture, $"{description} 0 to {most}.") };
        option.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() >= 0 && result.GetValueOrDefault<double>() <= most)) result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} takes 0 to {most}."));
        });
        return option;
    }
}
