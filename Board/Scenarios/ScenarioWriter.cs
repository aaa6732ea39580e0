using System.Text;
using System.Text.Json;
using NicEmu.Board.Faults;
using NicEmu.Board.Scenarios.Text;
using NicEmu.Board.Time;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Scenarios;

/// <summary>Writes a scenario as a file that <see cref="ScenarioReader"/> reads back equal; what has its default is left out.</summary>
public static class ScenarioWriter
{
    /// <summary>Writes a scenario.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="comment">Comment at the top, such as why the file was written; null for none.</param>
    public static string Write(Scenario scenario, string? comment = null)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("name", scenario.Name);
            Text(json, "about", scenario.About, string.Empty);
            json.WriteNumber("seed", scenario.Seed);
            Duration(json, "limit", scenario.LimitPs, new Scenario().LimitPs);
            Machine(json, scenario.Machine);
            List(json, "flows", scenario.Flows, Flow);
            List(json, "network", scenario.Network, Rule);
            List(json, "faults", scenario.Faults, static (writer, fault) => writer.WriteStringValue(fault.ToString()));
            List(json, "link", scenario.Link, Link);
            Expect(json, scenario.Expect);
            json.WriteEndObject();
        }

        string header = comment is null ? string.Empty : "// " + comment.ReplaceLineEndings("\n").Replace("\n", "\n// ", StringComparison.Ordinal) + "\n";
        return header + Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void Machine(Utf8JsonWriter json, ScenarioMachine m)
    {
        var d = new ScenarioMachine();
        json.WriteStartObject("machine");
        Text(json, "tls", m.Version == TlsVersion.Tls12 ? "1.2" : "1.3", "1.3");
        Text(json, "cipher", ScenarioWords.Ciphers.First(c => c.Value == m.Cipher).Key, "aes-128-gcm");
        Text(json, "strategy", ScenarioWords.Strategies.First(s => s.Value == m.Strategy).Key, "reposition");
        if (m.RetransmitLimit != d.RetransmitLimit)
        {
            json.WriteNumber("retransmitLimit", m.RetransmitLimit);
        }

        Flag(json, "offloadTx", m.OffloadTx, true);
        Flag(json, "offloadRx", m.OffloadRx, true);
        Flag(json, "segmentation", m.Segmentation, true);
        Number(json, "mtu", m.Mtu, d.Mtu);
        Number(json, "mss", m.Mss, 0);
        Number(json, "record", m.Record, d.Record);
        Flag(json, "ipv6", m.Ipv6, false);
        Flag(json, "handshake", m.Handshake, false);
        Duration(json, "delay", m.DelayPs, d.DelayPs);
        json.WriteEndObject();
    }

    private static void Flow(Utf8JsonWriter json, ScenarioFlow flow)
    {
        json.WriteStartObject();
        Text(json, "name", flow.Name, "main");
        Text(json, "connect", Side(flow.Connects), "machine");
        Duration(json, "at", flow.AtPs, 0);
        json.WriteStartArray("steps");
        foreach (ScenarioStep step in flow.Steps)
        {
            json.WriteStartObject();
            Text(json, "from", Side(step.From), "machine");
            Duration(json, "at", step.AtPs, 0);
            if (step.Kind == ScenarioStepKind.Send)
            {
                json.WriteNumber("send", step.Bytes);
                Flag(json, "more", step.More, false);
                Flag(json, "eor", step.EndsRecord, false);
            }
            else
            {
                json.WriteString("do", step.Kind.ToString().ToLowerInvariant());
                Flag(json, "request", step.RequestsUpdate, false);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Rule(Utf8JsonWriter json, NetworkRule rule)
    {
        json.WriteStartObject();
        json.WriteString("do", rule.Do);
        Text(json, "direction", rule.Sent ? "sent" : "received", "sent");
        string moment = FaultTrigger.NameOf(rule.When.Moment);
        switch (rule.When.Moment)
        {
            case FaultMoment.Time:
                json.WriteString(moment, DurationText.Of(rule.When.Number));
                break;
            case FaultMoment.Rate:
                json.WriteNumber(moment, (decimal)rule.When.Probability);
                break;
            default:
                json.WriteNumber(moment, rule.When.Number);
                break;
        }

        Number(json, "count", rule.Count ?? 0, 0);
        Text(json, "flow", rule.Flow ?? string.Empty, string.Empty);
        Duration(json, "by", rule.ByPs ?? -1, -1);
        Number(json, "least", rule.Least, 0);
        Flag(json, "optional", rule.Optional, false);
        json.WriteEndObject();
    }

    private static void Link(Utf8JsonWriter json, LinkChange change)
    {
        json.WriteStartObject();
        json.WriteString("at", DurationText.Of(change.AtPs));
        json.WriteString("state", change.IsUp ? "up" : "down");
        json.WriteEndObject();
    }

    private static void Expect(Utf8JsonWriter json, ScenarioExpectations e)
    {
        json.WriteStartObject("expect");
        Text(json, "result", e.Delivered is { } delivered ? delivered ? "delivered" : "failed" : "any", "delivered");
        Text(json, "failure", e.Failure ?? string.Empty, string.Empty);
        if (e.Counters.Count > 0)
        {
            json.WriteStartObject("counters");
            foreach (CounterExpectation counter in e.Counters)
            {
                json.WriteString(counter.Name, counter.Bounds);
            }

            json.WriteEndObject();
        }

        if (e.States.Count > 0)
        {
            json.WriteStartObject("states");
            foreach ((string name, string place) in e.States)
            {
                json.WriteString(name, place);
            }

            json.WriteEndObject();
        }

        List(json, "findings", e.Findings, static (writer, id) => writer.WriteStringValue(id));
        if (e.GuestErrors is { } errors)
        {
            json.WriteString("guestErrors", errors.Bounds);
        }

        if (!e.WireDecrypts || !e.NoPlaintext || !e.IdenticalRetransmits)
        {
            json.WriteStartObject("wire");
            Flag(json, "decrypts", e.WireDecrypts, true);
            Flag(json, "noPlaintext", e.NoPlaintext, true);
            Flag(json, "identicalRetransmits", e.IdenticalRetransmits, true);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void List<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (T item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
    }

    private static string Side(ScenarioSide side) => side == ScenarioSide.Peer ? "peer" : "machine";

    private static void Text(Utf8JsonWriter json, string name, string value, string byDefault)
    {
        if (value != byDefault)
        {
            json.WriteString(name, value);
        }
    }

    private static void Flag(Utf8JsonWriter json, string name, bool value, bool byDefault)
    {
        if (value != byDefault)
        {
            json.WriteBoolean(name, value);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, int value, int byDefault)
    {
        if (value != byDefault)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void Duration(Utf8JsonWriter json, string name, long value, long byDefault)
    {
        if (value != byDefault)
        {
            json.WriteString(name, DurationText.Of(value));
        }
    }
}
