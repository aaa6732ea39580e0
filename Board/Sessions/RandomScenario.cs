using NicEmu.Board.Links;
using NicEmu.Conformance.Sanitizer;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Sessions;

/// <summary>A small transfer in which everything is drawn: traffic, sizes, versions, ciphers, strategies, loss, reordering, duplicates.</summary>
/// <param name="Options">The transfer.</param>
/// <param name="Content">What is sent.</param>
public sealed record RandomScenario(TransferOptions Options, byte[] Content)
{
    private const int MostBytes = 40_000;

    /// <summary>Strategies that the driver has.</summary>
    private static readonly TxStrategy[] Strategies = [TxStrategy.Reposition, TxStrategy.NextRecord];

    /// <summary>Draws a scenario.</summary>
    /// <param name="seed">Decides about everything.</param>
    public static RandomScenario Draw(ulong seed)
    {
        SeededRandom random = new SeededRandom(seed).Fork("scenario");
        bool ipv6 = random.Chance(0.3);
        var content = new byte[Size(random)];
        random.Fill(content);
        if (random.Chance(0.5))
        {
            // Text: what repeats is seen at other places too.
            for (int i = 0; i < content.Length; i++)
            {
                content[i] = (byte)('a' + (content[i] % 26));
            }
        }

        var options = new TransferOptions
        {
            Seed = seed,
            Version = random.Chance(0.5) ? TlsVersion.Tls12 : TlsVersion.Tls13,
            Cipher = (TlsCipher)(1 + random.Next(3)),
            Direction = random.Chance(0.5) ? TransferDirection.Send : TransferDirection.Receive,
            Form = random.Chance(0.2) ? TransferForm.HttpExchange : TransferForm.Raw,
            Strategy = Strategies[random.Next(Strategies.Length)],
            Ipv6 = ipv6,
            Mtu = random.Next(3) switch { 0 => 1500, 1 => 9000, _ => random.Next(7000) + 1280 },
            MaximumSegmentSize = random.Chance(0.3) ? random.Next(1000) + 200 : 0,
            MaxRecordPayload = random.Next(3) switch { 0 => 16384, 1 => random.Next(16384 - 64) + 64, _ => random.Next(1000) + 64 },
            OffloadTx = random.Chance(0.9),
            OffloadRx = random.Chance(0.9),
            SegmentationOffload = random.Chance(0.7),
            Outgoing = Network(random),
            Incoming = Network(random),
            DelayPs = (1 + random.Next(1000)) * 1_000_000L,
            Sanitizer = new SanitizerOptions(),
        };
        if (options.Form == TransferForm.HttpExchange)
        {
            options = options with { Direction = TransferDirection.Send };
        }

        return new RandomScenario(options, content);
    }

    /// <summary>Runs it.</summary>
    public TransferResult Run()
    {
        using var source = new MemoryStream(Content);
        return TransferSession.Run(Options, source, Stream.Null);
    }

    /// <summary>What went wrong in a run, with everything that is needed to see it again; null when nothing did.</summary>
    /// <param name="result">The run.</param>
    public string? Judge(TransferResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        List<string> findings = [.. result.Sanitizer!.Findings.Where(static f => f.Rule.Severity > Severity.Note).Select(static f => $"{f.Rule.Id} {f.Rule.Title}: {f.Subject}: {f.What}\n    {string.Join("\n    ", f.History)}")];
        // A network that loses the first packets again and again keeps a connection from coming about; that is nobody's mistake.
        bool unconnected = Options.Outgoing.Drop + Options.Incoming.Drop > 0 && result.BytesReceived == 0 && result.Failure == "The connection ended: HostUnreachable.";
        return (result.Failure is null || unconnected) && findings.Count == 0
            ? null
            : $"seed {Options.Seed}: {result.Failure}\n  {string.Join("\n  ", findings)}\n  {Content.Length} bytes, {Options with { Sanitizer = null }}";
    }

    private static int Size(SeededRandom random) => random.Next(4) switch
    {
        0 => random.Next(300) + 1,
        1 => random.Next(4000) + 1,
        _ => random.Next(MostBytes) + 1,
    };

    // No damage: a wrong bit in an ARP answer, which has no checksum, leads a connection astray without anybody's fault.
    private static LossProfile Network(SeededRandom random)
    {
        double Rate(double most) => random.Chance(0.5) ? 0 : random.Next(1000) / 1000.0 * most;
        return new LossProfile { Drop = Rate(0.05), Reorder = Rate(0.1), Duplicate = Rate(0.05) };
    }
}
