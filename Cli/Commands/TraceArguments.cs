using System.CommandLine;
using NicEmu.Traces;

namespace NicEmu.Cli.Commands;

/// <summary>Options of every command that writes a trace.</summary>
internal sealed class TraceArguments
{
    /// <summary><c>-o</c>.</summary>
    public Option<string?> Output { get; } = new("--output", "-o") { Description = "Trace file.", HelpName = "FILE" };

    /// <summary><c>--format</c>.</summary>
    public Option<string> Format { get; } = TransferArguments.Choice("--format", "Format of the trace.", "pcapng", TraceOutput.Formats);

    /// <summary><c>--plain-as</c>.</summary>
    public Option<string> PlainAs { get; } = TransferArguments.Choice("--plain-as", "How the interface nic0-plain shows plaintext.", "data", "data", "http");

    /// <summary><c>--split</c>.</summary>
    public Option<bool> Split { get; } = new("--split") { Description = "Write the frames between driver and card to a file of their own as well, FILE.host.pcapng." };

    /// <summary>Adds the options.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Options.Add(Output);
        command.Options.Add(Format);
        command.Options.Add(PlainAs);
        command.Options.Add(Split);
    }

    /// <summary>Creates the trace that the command line asks for.</summary>
    /// <param name="parse">The parsed command line.</param>
    /// <param name="byDefault">Name of the file without extension when none is given.</param>
    public TraceOutput Create(ParseResult parse, string byDefault)
    {
        string format = parse.GetValue(Format)!;
        string path = parse.GetValue(Output) ?? byDefault + (format == "text" ? ".txt" : "." + format);
        var options = new PcapngTraceOptions { PlainAs = parse.GetValue(PlainAs) == "http" ? PlainView.Http : PlainView.Data };
        return TraceOutput.Create(path, format, options, parse.GetValue(Split));
    }
}
