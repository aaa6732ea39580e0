using System.Globalization;
using NicEmu.Board.Faults;
using NicEmu.Board.Scenarios.Text;
using NicEmu.Board.Time;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Scenarios;

/// <summary>Reads scenario files: JSON with comments and trailing commas, checked against their shape, so that every mistake is told with its place.</summary>
public static class ScenarioReader
{
    private const int LeastIpv6Mtu = 1280;

    /// <summary>Reads a scenario.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">Name of the file, for messages; the scenario's name when it gives none.</param>
    /// <exception cref="ScenarioFormatException">It is none: the message begins with file, line and column.</exception>
    public static Scenario Read(string text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(file);
        JsoncValue root = JsoncParser.Parse(text, file);
        if (root.Kind == JsoncKind.Object && root["case"] is { } named)
        {
            throw new ScenarioFormatException(file, named.Place, "this file names a conformance case, which `nicemu run` runs; here a scenario with flows is expected.");
        }

        ScenarioShapes.Root.Check(root, file);
        ScenarioFlow[] flows = [.. root["flows"]!.Items.Select(Flow)];
        for (int i = 0; i < flows.Length; i++)
        {
            if (Array.FindIndex(flows, f => f.Name == flows[i].Name) < i)
            {
                throw new ScenarioFormatException(file, root["flows"]!.Items[i].Place, $"a flow named \"{flows[i].Name}\" stands here twice; give each a \"name\".");
            }
        }

        ScenarioMachine machine = root["machine"] is { } set ? Machine(set) : new ScenarioMachine();
        if (machine is { Ipv6: true, Mtu: < LeastIpv6Mtu })
        {
            throw new ScenarioFormatException(file, root["machine"]!.Place, "IPv6 needs an \"mtu\" of 1280 or more (RFC 8200 §5).");
        }

        CheckSteps(root["flows"]!, machine.Version, file);
        return new Scenario
        {
            Name = root["name"]?.Text ?? Path.GetFileNameWithoutExtension(file),
            About = root["about"]?.Text ?? string.Empty,
            Seed = root["seed"] is { } seed ? ulong.Parse(seed.Text, CultureInfo.InvariantCulture) : 1,
            LimitPs = root["limit"] is { } limit ? Ps(limit) : new Scenario().LimitPs,
            Machine = machine,
            Flows = flows,
            Network = [.. Items(root["network"]).Select(v => Rule(v, flows, file))],
            Faults = [.. Items(root["faults"]).Select(static v => FaultSpecification.TryParse(v.Text, out FaultSpecification? fault, out _) ? fault! : throw new ScenarioFormatException(v.Text))],
            Link = [.. Items(root["link"]).Select(static v => new LinkChange(Ps(v["at"]!), v["state"]!.Text == "up"))],
            Expect = root["expect"] is { } expect ? Expectations(expect, flows, file) : new ScenarioExpectations(),
        };
    }

    private static void CheckSteps(JsoncValue flows, TlsVersion version, string file)
    {
        foreach (JsoncValue step in flows.Items.SelectMany(static f => f["steps"]!.Items))
        {
            bool isRekey = step["do"]?.Text == "rekey";
            if (isRekey && version != TlsVersion.Tls13)
            {
                throw new ScenarioFormatException(file, step.Place, "a key update needs TLS 1.3 (RFC 8446 §4.6.3).");
            }

            if (step["request"] is { } request && !isRekey)
            {
                throw new ScenarioFormatException(file, request.Place, "\"request\" belongs to a \"rekey\".");
            }

            if ((step["more"] ?? step["eor"]) is { } flag && step["send"] is null)
            {
                throw new ScenarioFormatException(file, flag.Place, "\"more\" and \"eor\" belong to a \"send\".");
            }

            if (step["more"]?.Flag == true && step["eor"]?.Flag == true)
            {
                throw new ScenarioFormatException(file, step.Place, "a record that ends cannot stay open: \"more\" or \"eor\", not both.");
            }
        }
    }

    private static IReadOnlyList<JsoncValue> Items(JsoncValue? list) => list?.Items ?? [];

    private static long Ps(JsoncValue value) => DurationText.TryParse(value.Text, out long ps) ? ps : 0;

    private static int Int(JsoncValue value) => int.Parse(value.Text, CultureInfo.InvariantCulture);

    private static ScenarioSide Side(JsoncValue? value) => value?.Text == "peer" ? ScenarioSide.Peer : ScenarioSide.Machine;

    private static ScenarioMachine Machine(JsoncValue m)
    {
        var byDefault = new ScenarioMachine();
        return new ScenarioMachine
        {
            Version = m["tls"]?.Text == "1.2" ? TlsVersion.Tls12 : TlsVersion.Tls13,
            Cipher = m["cipher"] is { } cipher ? ScenarioWords.Ciphers[cipher.Text] : byDefault.Cipher,
            Strategy = m["strategy"] is { } strategy ? ScenarioWords.Strategies[strategy.Text] : byDefault.Strategy,
            RetransmitLimit = m["retransmitLimit"] is { } limit ? double.Parse(limit.Text, CultureInfo.InvariantCulture) : byDefault.RetransmitLimit,
            OffloadTx = m["offloadTx"]?.Flag ?? true,
            OffloadRx = m["offloadRx"]?.Flag ?? true,
            Segmentation = m["segmentation"]?.Flag ?? true,
            Mtu = m["mtu"] is { } mtu ? Int(mtu) : byDefault.Mtu,
            Mss = m["mss"] is { } mss ? Int(mss) : 0,
            Record = m["record"] is { } record ? Int(record) : byDefault.Record,
            Ipv6 = m["ipv6"]?.Flag ?? false,
            Handshake = m["handshake"]?.Flag ?? false,
            DelayPs = m["delay"] is { } delay ? Ps(delay) : byDefault.DelayPs,
        };
    }

    private static ScenarioFlow Flow(JsoncValue f) => new()
    {
        Name = f["name"]?.Text ?? "main",
        Connects = Side(f["connect"]),
        AtPs = f["at"] is { } at ? Ps(at) : 0,
        Steps = [.. f["steps"]!.Items.Select(Step)],
    };

    private static ScenarioStep Step(JsoncValue s)
    {
        long at = s["at"] is { } time ? Ps(time) : 0;
        if (s["send"] is { } bytes)
        {
            return new ScenarioStep(ScenarioStepKind.Send, Side(s["from"]), at, Int(bytes)) { More = s["more"]?.Flag ?? false, EndsRecord = s["eor"]?.Flag ?? false };
        }

        ScenarioStepKind kind = s["do"]!.Text switch
        {
            "alert" => ScenarioStepKind.Alert,
            "ticket" => ScenarioStepKind.Ticket,
            "rekey" => ScenarioStepKind.Rekey,
            "close" => ScenarioStepKind.Close,
            _ => ScenarioStepKind.Abort,
        };
        return new ScenarioStep(kind, Side(s["from"]), at) { RequestsUpdate = s["request"]?.Flag ?? false };
    }

    private static NetworkRule Rule(JsoncValue r, ScenarioFlow[] flows, string file)
    {
        JsoncMember chosen = r.Members.First(static m => m.Name is "frame" or "segment" or "record" or "byte" or "time" or "rate");
        if (!FaultTrigger.TryParse($"{chosen.Name}={chosen.Value.Text}", out FaultTrigger when, out string mistake))
        {
            throw new ScenarioFormatException(file, chosen.Value.Place, mistake);
        }

        if (r["flow"] is { } flow && !flows.Any(f => f.Name == flow.Text))
        {
            throw new ScenarioFormatException(file, flow.Place, $"there is no flow \"{flow.Text}\"{Suggestion.For(flow.Text, flows.Select(static f => f.Name))}.");
        }

        var rule = new NetworkRule
        {
            Do = r["do"]!.Text,
            Sent = r["direction"]?.Text != "received",
            When = when,
            Count = r["count"] is { } count ? Int(count) : null,
            Flow = r["flow"]?.Text,
            ByPs = r["by"] is { } by ? Ps(by) : null,
            Least = r["least"] is { } least ? Int(least) : 0,
            Optional = r["optional"]?.Flag ?? false,
        };
        try
        {
            rule.ToFault(0);
            return rule;
        }
        catch (ScenarioFormatException contradiction)
        {
            throw new ScenarioFormatException(file, r.Place, contradiction.Message);
        }
    }

    private static ScenarioExpectations Expectations(JsoncValue e, ScenarioFlow[] flows, string file)
    {
        foreach (JsoncMember state in e["states"]?.Members ?? [])
        {
            string[] names = [.. flows.SelectMany(static f => new[] { f.Name + ".tx", f.Name + ".rx", "peer." + f.Name + ".tx", "peer." + f.Name + ".rx" })];
            if (!names.Contains(state.Name))
            {
                throw new ScenarioFormatException(file, state.Place, $"there is no direction \"{state.Name}\"{Suggestion.For(state.Name, names)}; it is FLOW.tx, FLOW.rx, peer.FLOW.tx or peer.FLOW.rx.");
            }
        }

        foreach (JsoncMember counter in e["counters"]?.Members ?? [])
        {
            if (!ScenarioCounters.Names.Contains(ScenarioCounters.BareName(counter.Name)))
            {
                throw new ScenarioFormatException(file, counter.Place, $"there is no counter \"{counter.Name}\"{Suggestion.For(ScenarioCounters.BareName(counter.Name), ScenarioCounters.Names)}.");
            }
        }

        return new ScenarioExpectations
        {
            Delivered = e["result"]?.Text switch
            {
                "failed" => false,
                "any" => null,
                _ => true,
            },
            Failure = e["failure"]?.Text,
            Counters = [.. (e["counters"]?.Members ?? []).Select(static m => Bounds(m.Name, m.Value))],
            States = (e["states"]?.Members ?? []).ToDictionary(static m => m.Name, static m => m.Value.Text),
            Findings = [.. Items(e["findings"]).Select(static v => v.Text)],
            GuestErrors = e["guestErrors"] is { } errors ? Bounds("guestErrors", errors) : null,
            WireDecrypts = e["wire"]?["decrypts"]?.Flag ?? true,
            NoPlaintext = e["wire"]?["noPlaintext"]?.Flag ?? true,
            IdenticalRetransmits = e["wire"]?["identicalRetransmits"]?.Flag ?? true,
        };
    }

    private static CounterExpectation Bounds(string name, JsoncValue value) => CounterExpectation.TryParse(name, value.Text, out CounterExpectation bounds) ? bounds : bounds;
}
