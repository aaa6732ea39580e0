using System.CommandLine;
using NicEmu.Board.Faults;

namespace NicEmu.Cli.Commands;

/// <summary>The option <c>--fault</c> of every command that runs something.</summary>
internal static class FaultArguments
{
    /// <summary>Builds the option.</summary>
    public static Option<string[]> Option() => new("--fault")
    {
        Description = "Put a fault into the machine; may be given several times. A fault that never strikes fails the run. `nicemu fault list` shows all.",
        HelpName = "NAME[:key=value,...][@WHEN]",
        DefaultValueFactory = _ => [],
    };

    /// <summary>The faults that the command line asks for.</summary>
    /// <param name="parse">The parsed command line.</param>
    /// <param name="option">The option.</param>
    /// <exception cref="UsageFault">One of them is none.</exception>
    public static IReadOnlyList<FaultSpecification> Read(ParseResult parse, Option<string[]> option)
    {
        List<FaultSpecification> faults = [];
        foreach (string text in parse.GetValue(option) ?? [])
        {
            if (!FaultSpecification.TryParse(text, out FaultSpecification? fault, out string mistake))
            {
                throw new UsageFault($"--fault {text}: {mistake}");
            }

            faults.Add(fault!);
        }

        return faults;
    }
}
