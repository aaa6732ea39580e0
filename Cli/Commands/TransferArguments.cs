using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NicEmu.Board.Sessions;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;

namespace NicEmu.Cli.Commands;

/// <summary>Options of every command that runs a transfer.</summary>
internal sealed class TransferArguments
{
    private static readonly Dictionary<string, TlsCipher> Ciphers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["aes-128-gcm"] = TlsCipher.Aes128Gcm,
        ["aes-256-gcm"] = TlsCipher.Aes256Gcm,
        ["chacha20-poly1305"] = TlsCipher.ChaCha20Poly1305,
    };

    private static readonly Dictionary<string, TxStrategy> Strategies = new(StringComparer.OrdinalIgnoreCase)
    {
        ["reposition"] = TxStrategy.Reposition,
        ["rebuild"] = TxStrategy.Rebuild,
        ["range"] = TxStrategy.Range,
        ["next-record"] = TxStrategy.NextRecord,
    };

    /// <summary><c>--tls</c>.</summary>
    public Option<string> Tls { get; } = Choice("--tls", "TLS version.", "1.3", "1.2", "1.3");

    /// <summary><c>--cipher</c>.</summary>
    public Option<string> Cipher { get; } = Choice("--cipher", "Record protection.", "aes-128-gcm", [.. Ciphers.Keys]);

    /// <summary><c>--strategy</c>.</summary>
    public Option<string> Strategy { get; } = Choice("--strategy", "What the driver does about retransmissions.", "reposition", [.. Strategies.Keys]);

    /// <summary><c>--retransmit-limit</c>.</summary>
    public Option<double> RetransmitLimit { get; } = Percentage("--retransmit-limit", "Percentage of bytes sent again above which a connection leaves the card for good, looked at from 1 MiB sent.", 2);

    /// <summary><c>--seed</c>.</summary>
    public Option<ulong> Seed { get; } = new("--seed") { Description = "Decides about everything that is drawn: same seed, same bytes.", DefaultValueFactory = _ => 1 };

    /// <summary><c>--json</c>.</summary>
    public Option<bool> Json { get; } = CommonOptions.Json();

    /// <summary><c>--mtu</c>.</summary>
    public Option<int> Mtu { get; } = Number("--mtu", "Largest IP packet in bytes.", 1500, 128, 9000);

    /// <summary><c>--mss</c>.</summary>
    public Option<int> Mss { get; } = Number("--mss", "Largest TCP payload of a frame in bytes; 0: what the MTU allows.", 0, 0, 8960);

    /// <summary><c>--rekey-every</c>.</summary>
    public Option<int> RekeyEvery { get; } = Number("--rekey-every", "Records of content after which a sender changes its key (KeyUpdate, TLS 1.3), in both directions; 0: never.", 0, 0, 1_000_000);

    /// <summary><c>--ipv6</c>.</summary>
    public Option<bool> Ipv6 { get; } = new("--ipv6") { Description = "IPv6 instead of IPv4." };

    /// <summary>Adds the options that every command has.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { Tls, Cipher, Strategy, RetransmitLimit, Mtu, Mss, Ipv6, RekeyEvery, Seed, Json })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The options that the command line gives.</summary>
    /// <param name="parse">The parsed command line.</param>
    public TransferOptions Read(ParseResult parse)
    {
        bool ipv6 = parse.GetValue(Ipv6);
        int mtu = parse.GetValue(Mtu);
        if (ipv6 && mtu < 1280)
        {
            throw new UsageFault($"--mtu {mtu}: IPv6 needs 1280 or more (RFC 8200 §5).");
        }

        int rekeyEvery = parse.GetValue(RekeyEvery);
        if (rekeyEvery > 0 && parse.GetValue(Tls) == "1.2")
        {
            throw new UsageFault($"--rekey-every {rekeyEvery}: TLS 1.2 has no key update; it needs --tls 1.3 (RFC 8446 §4.6.3).");
        }

        return new TransferOptions
        {
            Version = parse.GetValue(Tls) == "1.2" ? TlsVersion.Tls12 : TlsVersion.Tls13,
            Cipher = Ciphers[parse.GetValue(Cipher)!],
            Strategy = Strategies[parse.GetValue(Strategy)!],
            RetransmitLimitPercent = parse.GetValue(RetransmitLimit),
            Seed = parse.GetValue(Seed),
            Mtu = mtu,
            MaximumSegmentSize = parse.GetValue(Mss),
            Ipv6 = ipv6,
            RekeyEveryRecords = rekeyEvery,
        };
    }

    /// <summary>Name of a cipher on the command line.</summary>
    /// <param name="cipher">The cipher.</param>
    public static string NameOf(TlsCipher cipher) => Ciphers.First(c => c.Value == cipher).Key;

    /// <summary>The strategy of a name on the command line.</summary>
    /// <param name="name">The name.</param>
    public static TxStrategy StrategyOf(string name) => Strategies[name];

    /// <summary>Name of a strategy on the command line.</summary>
    /// <param name="strategy">The strategy.</param>
    public static string NameOf(TxStrategy strategy) => Strategies.First(s => s.Value == strategy).Key;

    /// <summary>An option that takes one of a few words.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is.</param>
    /// <param name="byDefault">The word when it is not given.</param>
    /// <param name="words">The words.</param>
    public static Option<string> Choice(string name, string description, string byDefault, params string[] words)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => byDefault };
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    /// <summary>An option that takes a number within bounds.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is.</param>
    /// <param name="byDefault">The number when it is not given.</param>
    /// <param name="least">Least number.</param>
    /// <param name="greatest">Greatest number.</param>
    public static Option<int> Number(string name, string description, int byDefault, int least, int greatest)
    {
        var option = new Option<int>(name) { Description = $"{description} {least} to {greatest}.", DefaultValueFactory = _ => byDefault };
        option.Validators.Add(result => Check(result, result.GetValueOrDefault<int>(), least, greatest));
        return option;
    }

    /// <summary>An option that takes a probability.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is.</param>
    public static Option<double> Probability(string name, string description)
    {
        var option = new Option<double>(name) { Description = description + " 0 to 0.9." };
        option.Validators.Add(result => Check(result, result.GetValueOrDefault<double>(), 0, 0.9));
        return option;
    }

    /// <summary>An option that takes a percentage above 0.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is.</param>
    /// <param name="byDefault">The number when it is not given.</param>
    public static Option<double> Percentage(string name, string description, double byDefault)
    {
        var option = new Option<double>(name) { Description = description + " Above 0 to 100; 100: never.", DefaultValueFactory = _ => byDefault };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 100))
            {
                result.AddError($"{name} takes a number above 0, to 100.");
            }
        });
        return option;
    }

    private static void Check(OptionResult result, double value, double least, double greatest)
    {
        if (!(value >= least && value <= greatest))
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{result.Option.Name} takes {least} to {greatest}, not {value}."));
        }
    }
}
