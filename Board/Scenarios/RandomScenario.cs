using NicEmu.Board.Faults;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Scenarios;

/// <summary>Draws scenarios: traffic, sizes, versions, ciphers, strategies, losses and reordering, of which every byte must arrive.</summary>
public static class RandomScenario
{
    private static readonly int[] Records = [64, 100, 256, 512, 1000, 1024, 4096, 8192, 16384];
    private static readonly int[] SegmentSizes = [0, 0, 0, 536, 1000, 1448, 128];
    private static readonly string[] Verbs = ["drop", "drop", "drop", "reorder", "duplicate", "delay", "corrupt"];
    private static readonly TxStrategy[] Offered = [TxStrategy.Reposition, TxStrategy.Rebuild, TxStrategy.Range, TxStrategy.NextRecord];

    /// <summary>Draws one scenario.</summary>
    /// <param name="seed">Seed of the series.</param>
    /// <param name="number">Number in it, from 0: each is drawn on its own.</param>
    public static Scenario Draw(ulong seed, long number)
    {
        ulong own = new SeededRandom(seed).Fork($"scenario {number}").NextUInt64();
        var random = new SeededRandom(own);
        int flows = 1 + (random.Next(3) == 0 ? random.Next(4) : 0);
        TlsVersion version = random.Next(2) == 0 ? TlsVersion.Tls12 : TlsVersion.Tls13;
        return new Scenario
        {
            Name = $"random-{seed}-{number}",
            Seed = own,
            LimitPs = 120_000_000_000_000,
            Machine = new ScenarioMachine
            {
                Version = version,
                Cipher = (TlsCipher)(1 + random.Next(3)),
                Strategy = Pick(random, Offered),
                RetransmitLimit = random.Next(4) == 0 ? 2 : 100,
                OffloadTx = random.Next(8) != 0,
                OffloadRx = random.Next(8) != 0,
                Segmentation = random.Next(4) != 0,
                Mtu = random.Next(5) == 0 ? 9000 : 1500,
                Mss = Pick(random, SegmentSizes),
                Record = Pick(random, Records),
                Ipv6 = random.Next(3) == 0,
                DelayPs = 1_000_000L * (1 + random.Next(50)),
            },
            Flows = [.. Enumerable.Range(0, flows).Select(i => Flow(random, i, version))],
            Network = [.. Enumerable.Range(0, random.Next(5)).Select(_ => Rule(random))],
            Link = random.Next(12) == 0 ? Flap(random) : [],
        };
    }

    private static ScenarioFlow Flow(SeededRandom random, int index, TlsVersion version) => new()
    {
        Name = $"f{index}",
        Connects = (ScenarioSide)random.Next(2),
        AtPs = index == 0 ? 0 : 1_000_000L * random.Next(300),
        Steps = [.. Enumerable.Range(0, 1 + random.Next(5)).Select(_ => Step(random, version))],
    };

    private static ScenarioStep Step(SeededRandom random, TlsVersion version)
    {
        var side = (ScenarioSide)random.Next(2);
        long at = random.Next(2) == 0 ? 0 : 1_000_000L * random.Next(2000);
        return random.Next(10) switch
        {
            0 => new ScenarioStep(ScenarioStepKind.Alert, side, at),
            1 => new ScenarioStep(ScenarioStepKind.Ticket, side, at),
            2 or 3 when version == TlsVersion.Tls13 => new ScenarioStep(ScenarioStepKind.Rekey, side, at) { RequestsUpdate = random.Next(2) == 0 },
            _ => Send(random, side, at),
        };
    }

    private static ScenarioStep Send(SeededRandom random, ScenarioSide side, long at)
    {
        int flags = random.Next(8);
        return new ScenarioStep(ScenarioStepKind.Send, side, at, 1 + random.Next(1 << (4 + random.Next(14)))) { More = flags < 2, EndsRecord = flags == 2 };
    }

    private static NetworkRule Rule(SeededRandom random)
    {
        string verb = Pick(random, Verbs);
        bool byRate = random.Next(3) == 0;
        // A byte changed under a right checksum ends a connection for good: not by record here.
        FaultMoment moment = byRate ? FaultMoment.Rate : verb != "corrupt" && random.Next(3) == 0 ? FaultMoment.Record : random.Next(3) == 0 ? FaultMoment.Byte : FaultMoment.Segment;
        return new NetworkRule
        {
            Do = verb,
            Sent = random.Next(2) == 0,
            When = new FaultTrigger(moment, byRate ? 0 : random.Next(moment == FaultMoment.Byte ? 50_000 : 40), byRate ? (1 + random.Next(50)) / 1000.0 : 0),
            Count = moment == FaultMoment.Segment ? 1 + random.Next(3) : null,
            // Only TCP has a checksum to tell: a bit flipped in an ARP answer stays in the neighbour table, and nothing connects any more.
            Flow = verb == "corrupt" ? "f0" : null,
            ByPs = verb == "delay" ? 1_000_000L * (1 + random.Next(400)) : null,
            Optional = true,
        };
    }

    private static LinkChange[] Flap(SeededRandom random)
    {
        long down = 1_000_000L * random.Next(200);
        return [new LinkChange(down, false), new LinkChange(down + (1_000_000L * (1 + random.Next(5000))), true)];
    }

    private static T Pick<T>(SeededRandom random, T[] values) => values[random.Next(values.Length)];
}
