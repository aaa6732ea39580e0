using System.CommandLine;
using NicEmu.Board.Compare.Sweeps;

namespace NicEmu.Cli.Commands;

/// <summary><c>nicemu sweep</c>: one quantity over many settings, measured, predicted and by formula, as tables.</summary>
internal sealed class SweepCommand
{
    private const string Everything = "all";

    private readonly Argument<string[]> _names = new("NAME") { Description = "Sweeps, or all; --list shows what there is.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _list = new("--list") { Description = "List the sweeps with their columns instead of running them." };
    private readonly Option<string?> _shard = new("--shard") { Description = "Run the I-th of N parts.", HelpName = "I/N" };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Decides about everything that is drawn: the same seed gives the same table.", DefaultValueFactory = static _ => 1 };
    private readonly Option<bool> _quick = new("--quick") { Description = "The settings and amounts that take less than a minute in all. This is the default." };
    private readonly Option<bool> _full = new("--full") { Description = "All settings, with amounts that make chance small; about a quarter of an hour in all." };
    private readonly Option<string?> _csv = new("--csv") { Description = "Write the table of one sweep to this file, line by line as points are done.", HelpName = "FILE" };
    private readonly Option<string?> _folder = new("--output", "-o") { Description = "Write a table NAME.csv for each sweep into this folder.", HelpName = "DIR" };
    private readonly Option<bool> _resume = new("--resume") { Description = "Take the points that the files hold already from an earlier run, and run only the others." };
    private readonly Option<bool> _json = CommonOptions.Json();

    /// <summary>Builds the command.</summary>
    public static Command Build() => new SweepCommand().BuildCommand();

    private Command BuildCommand()
    {
        var command = new Command("sweep", "Measure what TLS in a card costs over many settings: retransmissions, bursts, losses. docs/sweeps.md explains the columns.") { _names };
        foreach (Option option in new Option[] { _list, _shard, _seed, _quick, _full, _csv, _folder, _resume, _json }) command.Options.Add(option);
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        IReadOnlyList<SweepDefinition> chosen = Choose(parse.GetValue(_names) ?? [], parse.GetValue(_list));
        if (parse.GetValue(_list))
        {
            List(chosen, parse.InvocationConfiguration.Output);
            return ExitCode.Passed;
        }

        if (parse.GetValue(_quick) && parse.GetValue(_full)) throw new UsageFault("--quick and --full exclude each other.");
        string? csv = parse.GetValue(_csv);
        string? folder = parse.GetValue(_folder);
        if (csv is not null && folder is not null) throw new UsageFault("--csv and -o exclude each other.");
        if (csv is not null && chosen.Count > 1) throw new UsageFault("--csv takes the table of one sweep; -o DIR takes those of all.");
        if (parse.GetValue(_resume) && csv is null && folder is null) throw new UsageFault("--resume needs --csv FILE or -o DIR.");
        (int part, int count) = ShardArgument.Parse(parse.GetValue(_shard));
        using var interrupt = new InterruptScope();
        var options = new SweepOptions { Seed = parse.GetValue(_seed), IsFull = parse.GetValue(_full), Shard = part, Shards = count, Cancellation = interrupt.Token };
        return new SweepRun
        {
            Options = options,
            FileOf = definition => csv ?? (folder is null ? null : Path.Combine(folder, definition.Name + ".csv")),
            Folder = folder,
            Resume = parse.GetValue(_resume),
            Json = parse.GetValue(_json),
            Output = parse.InvocationConfiguration.Output,
            Error = parse.InvocationConfiguration.Error,
        }.Execute(chosen);
    }

    private static IReadOnlyList<SweepDefinition> Choose(string[] names, bool everythingByDefault)
    {
        if (names.Contains(Everything) || (names.Length == 0 && everythingByDefault)) return SweepCatalogue.All;
        if (names.Length == 0) throw new UsageFault($"sweep needs the name of a sweep, or all: {string.Join(", ", SweepCatalogue.All.Select(static d => d.Name))}");
        string? unknown = names.FirstOrDefault(static n => SweepCatalogue.Find(n) is null);
        if (unknown is not null) throw new UsageFault($"there is no sweep {unknown}; `nicemu sweep --list` shows what there is");
        return [.. SweepCatalogue.All.Where(d => names.Contains(d.Name))];
    }

    private static void List(IReadOnlyList<SweepDefinition> definitions, TextWriter output)
    {
        foreach (SweepDefinition definition in definitions)
        {
            output.WriteLine($"{definition.Name}  {definition.Title}; {definition.SettingsOf(false).Count} settings, {definition.Settings.Count} with --full");
            foreach (SweepColumn column in definition.Columns)
            {
                string of = column.Of.Length > 0 ? $" (beside {column.Of})" : string.Empty;
                output.WriteLine($"  {column.Name,-20} {column.Role.ToString().ToLowerInvariant(),-10} {column.Meaning}{of}");
            }

            output.WriteLine();
        }
    }
}
