using System.CommandLine;
using System.CommandLine.Parsing;
using NicEmu.Board.Links;
using NicEmu.Board.Sessions;
using NicEmu.Cli.Output;
using NicEmu.Spec.Events;

namespace NicEmu.Cli.Commands;

/// <summary><c>nicemu send</c> and <c>nicemu receive</c>: real files of any size through the card.</summary>
internal sealed class TransferCommand
{
    private readonly TransferArguments _transfer = new();
    private readonly TraceArguments _trace = new();
    private readonly SanitizerArguments _sanitizer = new();
    private readonly Argument<string> _file;
    private readonly Option<string> _peer = TransferArguments.Choice("--peer", "Who is at the other end: a second card, .NET's SslStream (OpenSSL), or a program behind this machine's kernel.", "nic", "nic", "openssl", "tap");
    private readonly Option<string?> _address = new("--address") { Description = "Address of the peer (/24, or /64 with IPv6); with tap that of this machine's kernel. The card gets a neighbouring one.", HelpName = "A" };
    private readonly Option<int> _port = TransferArguments.Number("--port", "TCP port of the listening side.", 4433, 1, 65535);
    private readonly Option<string> _tap = new("--tap") { Description = "Name of the TAP interface; %d becomes a free number.", DefaultValueFactory = _ => "nicemu%d" };
    private readonly Option<double> _drop = TransferArguments.Probability("--drop", "Probability that the network loses a frame, in each direction.");
    private readonly Option<double> _reorder = TransferArguments.Probability("--reorder", "Probability that a frame is delayed past later ones.");
    private readonly Option<double> _duplicate = TransferArguments.Probability("--duplicate", "Probability that a frame arrives twice.");
    private readonly Option<bool> _noTrace = new("--no-trace") { Description = "Write no trace file." };
    private readonly Option<bool> _noOffload = new("--no-offload") { Description = "Software kernel TLS: the driver encrypts and decrypts, the card does not." };
    private readonly Option<int> _timeout = TransferArguments.Number("--timeout", "Time limit in seconds, virtual except with the TAP peer.", 3600, 1, 86400);
    private readonly Option<string[]> _faults = FaultArguments.Option();
    private readonly Option<bool> _stats = new("--stats") { Description = "Show all counters of the machine under test; with --json they are part of the document." };
    private readonly bool _sends;

    private TransferCommand(bool sends)
    {
        _sends = sends;
        _peer.Aliases.Add(sends ? "--to-peer" : "--from-peer");
        _file = new Argument<string>("FILE") { Description = sends ? "File to send." : "File to write what the card receives to." };
    }

    private string Name => _sends ? "send" : "receive";

    /// <summary>Builds <c>nicemu send</c>.</summary>
    public static Command BuildSend() => new TransferCommand(sends: true).Build("Send a file through the card to a peer, encrypted inline.", null);

    /// <summary>Builds <c>nicemu receive</c>.</summary>
    public static Command BuildReceive() =>
        new TransferCommand(sends: false).Build("Receive a file through the card from a peer, decrypted inline.", new Option<string?>("--from") { Description = "File that the peer sends; required unless the peer is tap.", HelpName = "SOURCE" });

    private Command Build(string description, Option<string?>? from)
    {
        var command = new Command(Name, description) { _file, _peer };
        if (from is not null)
        {
            command.Options.Add(from);
        }

        _transfer.AddTo(command);
        foreach (Option option in new Option[] { _address, _port, _tap, _drop, _reorder, _duplicate, _noTrace, _noOffload, _timeout })
        {
            command.Options.Add(option);
        }

        command.Options.Add(_faults);
        command.Options.Add(_stats);
        _trace.AddTo(command);
        _sanitizer.AddTo(command);
        command.SetAction(parse => Run(parse, from));
        return command;
    }

    private int Run(ParseResult parse, Option<string?>? from)
    {
        using var interrupt = new InterruptScope();
        PeerKind peer = parse.GetValue(_peer) switch
        {
            "openssl" => PeerKind.OpenSsl,
            "tap" => PeerKind.Tap,
            _ => PeerKind.Nic,
        };
        string file = parse.GetRequiredValue(_file);
        string? sourcePath = _sends ? file : parse.GetValue(from!);
        if (sourcePath is null && peer != PeerKind.Tap)
        {
            throw new UsageFault("receive needs --from SOURCE: the file that the peer sends.");
        }

        using Stream source = sourcePath is null ? Stream.Null : OpenSource(sourcePath);
        using Stream sink = _sends ? Stream.Null : OpenSink(file);
        using TraceOutput? trace = parse.GetValue(_noTrace) ? null : _trace.Create(parse, Name);
        TextWriter error = parse.InvocationConfiguration.Error;
        using var progress = new ProgressLine(error, _sends ? "sending" : "receiving", source.CanSeek ? source.Length : 0, !Console.IsErrorRedirected && error == Console.Error);
        TransferOptions options = ReadOptions(parse, peer, trace?.Sink, progress);
        TransferResult result;
        try
        {
            result = TransferSession.Run(options, source, sink, interrupt.Token);
        }
        catch (TapUnavailableException fault)
        {
            throw new EnvironmentFault(fault.Message, fault);
        }

        progress.Dispose();
        trace?.Dispose();
        var report = new TransferReport(options, result, trace, Reproduce(parse, file, sourcePath));
        report.Write(parse.InvocationConfiguration.Output, parse.GetValue(_transfer.Json));
        if (parse.GetValue(_stats) && !parse.GetValue(_transfer.Json))
        {
            StatsText.Write(parse.InvocationConfiguration.Output, result.Machine, "nic0");
        }

        return report.ExitCode;
    }

    private TransferOptions ReadOptions(ParseResult parse, PeerKind peer, ITraceSink? sink, ProgressLine progress)
    {
        var network = new LossProfile { Drop = parse.GetValue(_drop), Reorder = parse.GetValue(_reorder), Duplicate = parse.GetValue(_duplicate) };
        bool offload = !parse.GetValue(_noOffload);
        TransferOptions options = _transfer.Read(parse);
        if (parse.GetValue(_address) is { } text)
        {
            options = PeerAddresses.Apply(options, text);
        }

        return options with
        {
            Peer = peer,
            Direction = _sends ? TransferDirection.Send : TransferDirection.Receive,
            Form = TransferForm.Raw,
            Port = (ushort)parse.GetValue(_port),
            TapName = parse.GetValue(_tap)!,
            Outgoing = network,
            Incoming = network,
            OffloadTx = offload,
            OffloadRx = offload,
            Faults = FaultArguments.Read(parse, _faults),
            TimeLimitPs = parse.GetValue(_timeout) * 1_000_000_000_000L,
            Trace = sink,
            Sanitizer = _sanitizer.Read(parse),
            Progress = progress.Report,
        };
    }

    private string Reproduce(ParseResult parse, string file, string? source)
    {
        var words = new List<string> { Name, Quote(file) };
        if (!_sends && source is not null)
        {
            words.AddRange(["--from", Quote(source)]);
        }

        foreach (OptionResult option in parse.CommandResult.Children.OfType<OptionResult>().Where(o => !o.Implicit && o.Option.Name is not ("--from" or "--seed" or "--json")))
        {
            words.Add(option.Option.Name);
            words.AddRange(option.Tokens.Select(t => Quote(t.Value)));
        }

        words.AddRange(["--seed", parse.GetValue(_transfer.Seed).ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        return string.Join(' ', words);
    }

    private static string Quote(string word) => word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:%".Contains(c, StringComparison.Ordinal)) ? word : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static FileStream OpenSource(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageFault($"cannot read {path}: {fault.Message}", fault);
        }
    }

    private static FileStream OpenSink(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new EnvironmentFault($"cannot write {path}: {fault.Message}", fault);
        }
    }
}
