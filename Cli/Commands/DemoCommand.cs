using System.CommandLine;
using System.Globalization;
using NicEmu.Board;
using NicEmu.Board.Sessions;
using NicEmu.Cli.Output;

namespace NicEmu.Cli.Commands;

/// <summary><c>nicemu demo</c>: the main job in one command.</summary>
internal static class DemoCommand
{
    /// <summary>Content of each direction: five records of 16 KiB.</summary>
    private const int ContentBytes = 5 * 16384;

    /// <summary>Full record whose header is in the frame that is lost, counted from 0.</summary>
    private const int LostRecord = 2;

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var transfer = new TransferArguments();
        var trace = new TraceArguments();
        var sanitizer = new SanitizerArguments();
        Option<string> loss = TransferArguments.Choice("--loss", "Direction in which the network loses a frame that holds a record header.", "tx", "none", "tx", "rx", "both");
        var command = new Command("demo", "Send one HTTP request and its response through the card, lose a frame, recover, and write a trace that Wireshark opens decrypted.");
        transfer.AddTo(command);
        command.Options.Add(loss);
        Option<string[]> faults = FaultArguments.Option();
        command.Options.Add(faults);
        trace.AddTo(command);
        sanitizer.AddTo(command);
        command.SetAction(parse =>
        {
            using var interrupt = new InterruptScope();
            using TraceOutput file = trace.Create(parse, "demo");
            string lost = parse.GetValue(loss)!;
            TransferOptions options = transfer.Read(parse) with
            {
                Form = TransferForm.HttpExchange,
                Direction = TransferDirection.Send,
                ForcedLosses = Losses(lost),
                Faults = FaultArguments.Read(parse, faults),
                Trace = file.Sink,
                Sanitizer = sanitizer.Read(parse),
            };
            using var source = new MemoryStream(Content(options.Seed));
            using var sink = new MemoryStream();
            TransferResult result = TransferSession.Run(options, source, sink, interrupt.Token);
            file.Dispose();
            var report = new TransferReport(options, result, file, "demo" + Arguments(parse, transfer, options, lost));
            report.Write(parse.InvocationConfiguration.Output, parse.GetValue(transfer.Json));
            return report.ExitCode;
        });
        return command;
    }

    private static List<ForcedLoss> Losses(string lost)
    {
        List<ForcedLoss> losses = [];
        if (lost is "tx" or "both")
        {
            losses.Add(ForcedLoss.RecordHeader(TransferDirection.Send, LostRecord));
        }

        if (lost is "rx" or "both")
        {
            losses.Add(ForcedLoss.RecordHeader(TransferDirection.Receive, LostRecord));
        }

        return losses;
    }

    // Text, so that a look into the trace shows at once what is plaintext.
    private static byte[] Content(ulong seed)
    {
        var random = new SeededRandom(seed).Fork("content");
        var text = new System.Text.StringBuilder(ContentBytes + 64);
        for (int line = 1; text.Length < ContentBytes; line++)
        {
            text.Append(CultureInfo.InvariantCulture, $"line {line:D5} {random.NextUInt64():x16}{random.NextUInt64():x16} plain\n");
        }

        return System.Text.Encoding.ASCII.GetBytes(text.ToString(0, ContentBytes));
    }

    private static string Arguments(ParseResult parse, TransferArguments transfer, TransferOptions options, string lost)
    {
        string text = $" --tls {parse.GetValue(transfer.Tls)} --cipher {TransferArguments.NameOf(options.Cipher)} --loss {lost} --seed {options.Seed}";
        text += options.Strategy != default ? $" --strategy {TransferArguments.NameOf(options.Strategy)}" : string.Empty;
        text += options.RetransmitLimitPercent != 2 ? string.Create(CultureInfo.InvariantCulture, $" --retransmit-limit {options.RetransmitLimitPercent}") : string.Empty;
        text += options.RekeyEveryRecords != 0 ? $" --rekey-every {options.RekeyEveryRecords}" : string.Empty;
        text += options.Ipv6 ? " --ipv6" : string.Empty;
        text += options.Mtu != 1500 ? $" --mtu {options.Mtu}" : string.Empty;
        text += string.Concat(options.Faults.Select(static f => $" --fault {f}"));
        return text + (options.MaximumSegmentSize != 0 ? $" --mss {options.MaximumSegmentSize}" : string.Empty);
    }
}
