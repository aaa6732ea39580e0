using System.CommandLine;
using System.Globalization;
using NicEmu.Cli.Output;
using NicEmu.Traces;
using NicEmu.Traces.Tls;

namespace NicEmu.Cli.Commands;

/// <summary><c>nicemu tls</c>: TLS in captures, in words.</summary>
internal static class TlsCommand
{
    /// <summary>Longest key log that is read, in bytes.</summary>
    private const long MaxKeyLog = 64 << 20;

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var command = new Command("tls", "Look at the TLS inside captures.");
        command.Subcommands.Add(BuildExplain());
        return command;
    }

    private static Command BuildExplain()
    {
        var file = new Argument<string>("FILE") { Description = "A capture, pcapng or classic pcap: NicEmu's own, or anyone's with TCP over Ethernet, IP or Linux cooked packets." };
        var keyLog = new Option<string?>("--keylog") { Description = "Secrets, as SSLKEYLOGFILE of OpenSSL, curl and browsers makes them; our own traces hold theirs.", HelpName = "FILE" };
        var number = new Option<int?>("--connection") { Description = "Only the connection with this number, from 1.", HelpName = "N" };
        var records = new Option<string>("--records") { Description = "Application data records of each direction to show one by one; the rest is summed up. A number or `all`.", HelpName = "N|all", DefaultValueFactory = _ => "3" };
        Option<bool> json = CommonOptions.Json("Print one JSON document with every record.");
        var command = new Command(
            "explain",
            "Tell the TLS handshake and records of a capture in words: what was offered and chosen, which secret each key comes from, where each record lies, how its nonce and length come about, what is inside, "
            + "what was sent again, and what the card did with it.\n\nExit code 1 when a record or a Finished message proves wrong although its secret is known.")
        {
            file, keyLog, number, records, json,
        };
        command.SetAction(parse =>
        {
            int most = MostOf(parse.GetValue(records)!);
            string path = parse.GetRequiredValue(file);
            TlsStory story = Read(path, parse.GetValue(keyLog));
            if (story.Connections.Count == 0)
            {
                throw new UsageFault(Nothing(path, story));
            }

            story = Only(story, parse.GetValue(number));
            Write(parse.InvocationConfiguration.Output, story, most, parse.GetValue(json));
            if (story.Damage is { } damage)
            {
                throw new UsageFault($"{path} is told up to its damage after {story.Packets} packets: {damage}");
            }

            return story.Connections.Any(c => c.HasForgery) ? ExitCode.Failed : ExitCode.Passed;
        });
        return command;
    }

    private static void Write(TextWriter output, TlsStory story, int most, bool asJson)
    {
        if (asJson)
        {
            TlsStoryJson.Write(output, story);
        }
        else
        {
            new TlsStoryText(output, most).Write(story);
        }
    }

    private static TlsStory Read(string path, string? keyLogPath)
    {
        var keyLog = new TlsKeyLog();
        try
        {
            if (keyLogPath is not null)
            {
                if (new FileInfo(keyLogPath).Length > MaxKeyLog)
                {
                    throw new UsageFault($"--keylog {keyLogPath}: too long for a key log.");
                }

                keyLog.Add(File.ReadAllText(keyLogPath));
                if (keyLog.Count == 0)
                {
                    throw new UsageFault($"--keylog {keyLogPath}: no line of the form LABEL CLIENT_RANDOM SECRET in it.");
                }
            }

            return TlsStoryReader.Read(path, keyLog);
        }
        catch (TraceFormatException damage)
        {
            throw new UsageFault(damage.Message, damage);
        }
        catch (IOException missing)
        {
            throw new UsageFault($"--keylog: {missing.Message}", missing);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new UsageFault($"--keylog: {refused.Message}", refused);
        }
    }

    private static TlsStory Only(TlsStory story, int? number)
    {
        if (number is not { } wanted)
        {
            return story;
        }

        return wanted >= 1 && wanted <= story.Connections.Count
            ? story with { Connections = [story.Connections[wanted - 1]] }
            : throw new UsageFault($"--connection {wanted}: the capture has TLS connections 1 to {story.Connections.Count}.");
    }

    private static int MostOf(string text) => text == "all" ? int.MaxValue
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int most) ? most
        : throw new UsageFault($"--records {text}: expected a number or `all`.");

    private static string Nothing(string path, TlsStory story)
    {
        string why = story.Segments == 0 ? "no TCP segment" : $"{story.TcpConnections} TCP connections, none of which begins with a TLS record";
        return $"{path}: no TLS in it ({story.Packets} packets, {why}){(story.Damage is { } damage ? "; " + damage : ".")}";
    }
}
