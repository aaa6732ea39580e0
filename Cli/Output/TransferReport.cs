using System.Globalization;
using System.Text.Json;
using NicEmu.Board.Faults;
using NicEmu.Board.Sessions;
using NicEmu.Cli.Commands;
using NicEmu.Conformance.Oracle;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;

namespace NicEmu.Cli.Output;

/// <summary>Says how a transfer went, as text or as one JSON document.</summary>
/// <param name="options">What was asked for.</param>
/// <param name="result">What came of it.</param>
/// <param name="trace">The trace written; null when none was.</param>
/// <param name="reproduce">Command line that does the same again, without the program's name.</param>
internal sealed class TransferReport(TransferOptions options, TransferResult result, TraceOutput? trace, string reproduce)
{
    private static readonly string[] ShownCounters =
    [
        "STAT_TX_FRAMES", "STAT_RX_FRAMES", "STAT_TX_TLS_ENCRYPTED_PACKETS", "STAT_TX_TLS_ENCRYPTED_BYTES", "STAT_TX_TLS_OOO", "STAT_TX_TLS_REPLAY_BYTES",
        "STAT_RX_TLS_DECRYPTED_PACKETS", "STAT_RX_TLS_DECRYPTED_BYTES", "STAT_RX_TLS_RESYNC_REQ_PKT", "STAT_RX_TLS_RESYNC_RES_OK", "STAT_RX_TLS_PASSED_PACKETS",
    ];

    /// <summary>The exit code that the result deserves.</summary>
    public int ExitCode => result.Succeeded ? Cli.ExitCode.Passed : result.TimedOut ? Cli.ExitCode.Timeout : Cli.ExitCode.Failed;

    /// <summary>Writes the report.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="asJson">As one JSON document.</param>
    public void Write(TextWriter output, bool asJson)
    {
        if (asJson)
        {
            JsonDocumentWriter.Write(output, "nicemu.transfer/1", WriteJson);
        }
        else
        {
            WriteText(output);
        }
    }

    private void WriteText(TextWriter output)
    {
        output.WriteLine($"NicEmu {Product.Version}  seed {options.Seed}");
        Line(output, "handshake", $"TLS {(result.Version == TlsVersion.Tls13 ? "1.3" : "1.2")}, {TransferArguments.NameOf(result.Cipher)}, {(options.Ipv6 ? "IPv6" : "IPv4")}, peer {PeerName()}");
        Line(output, "contexts", $"transmit: {Place(result.Machine.TxState, result.Machine.TxFallback)} (strategy {TransferArguments.NameOf(options.Strategy)}), receive: {Place(result.Machine.RxState, result.Machine.RxFallback)}");
        Line(output, "traffic", $"{Bytes(result.BytesSent)} sent, {Bytes(result.BytesReceived)} received, in {Microseconds(result.ElapsedPs)} of virtual time");
        Line(output, "frames", $"{Count(result.Outgoing.Frames)} sent, {Count(result.Incoming.Frames)} received; records: {Count(result.WireSent?.Records ?? 0)} sent, {Count(result.WireReceived?.Records ?? 0)} received");
        Line(output, "card", $"encrypted {Count(Card("STAT_TX_TLS_ENCRYPTED_PACKETS"))} frames, decrypted {Count(Card("STAT_RX_TLS_DECRYPTED_PACKETS"))}, passed {Count(Card("STAT_RX_TLS_PASSED_PACKETS"))} as they came; {Count(Card("STAT_TX_TLS_REPLAY_BYTES"))} bytes replayed");
        if (options.RekeyEveryRecords > 0 || result.KeyUpdatesReceived > 0)
        {
            Line(output, "key updates", $"{Count(result.KeyUpdatesSent)} sent, {Count(result.KeyUpdatesReceived)} received; back in the card: {Count(result.Machine.Ktls.TlsTxRekeyOk)} sending, {Count(result.Machine.Ktls.TlsRxRekeyOk)} receiving");
        }

        foreach (ArmedFault fault in result.Faults)
        {
            Line(output, "fault", FaultText.Of(fault));
        }

        string label = "recovery";
        foreach (string note in result.Notes)
        {
            Line(output, label, note);
            label = string.Empty;
        }

        WriteChecks(output);
        if (trace is not null)
        {
            output.WriteLine();
            Line(output, "wrote", trace.Path + (trace.SplitPath is { } host ? $" and {host}" : string.Empty));
            Line(output, "look", $"wireshark {trace.Path}      or: nicemu trace show {trace.Path}");
            if (result.Incoming.Dropped + result.Incoming.Reordered > 0)
            {
                Line(output, string.Empty, "frames were lost before the card: add -o tcp.reassemble_out_of_order:TRUE");
            }
        }

        Line(output, "reproduce", $"nicemu {reproduce}{(result.Reproducible ? "   (byte for byte)" : "   (the peer is not ours: not byte for byte)")}");
    }

    private void WriteChecks(TextWriter output)
    {
        string label = "checks";
        foreach ((string name, WireOracleReport? report) in new[] { ("sent", result.WireSent), ("received", result.WireReceived) })
        {
            if (report is not null)
            {
                string verdict = report.Failure ?? $"{Count(report.Records)} records opened by an independent implementation, {Count(report.RepeatedBytes)} repeated bytes identical";
                Line(output, label, $"{name} stream: {verdict}");
                label = string.Empty;
            }
        }

        if (result.WireSent is { } sent && result.WireReceived is { } received && result.Plaintext is { } grams)
        {
            long reuses = sent.NonceReuses + received.NonceReuses;
            Line(output, label, reuses == 0 ? "every key and nonce has one plaintext" : $"{Count(reuses)} reuses of a key and nonce");
            label = string.Empty;
            Line(output, label, grams.Failure ?? $"no application data in {Count(grams.Frames)} frames: {Count(grams.Blocks)} blocks of {ContentGrams.Length} bytes looked for, {Count(grams.LeftOut)} left out as too plain");
            Line(output, label, result.CountersDiffer ?? (result.CountersCompared ? "the card's transmit counters are what was on the wire" : "the card's transmit counters were not compared: the fault hides frames"));
        }

        if (result.SourceSha256.Length > 0 && result.SourceSha256 == result.SinkSha256)
        {
            Line(output, label, $"SHA-256 equal on both sides: {result.SinkSha256}");
        }
        else
        {
            Line(output, label, $"SHA-256 sent {Or(result.SourceSha256)}, received {Or(result.SinkSha256)}");
        }

        Line(output, string.Empty, $"{result.Machine.GuestErrors + (result.PeerMachine?.GuestErrors ?? 0)} driver mistakes seen by the cards");
        if (result.Sanitizer is { } sanitizer)
        {
            Line(output, "sanitizer", FindingText.Summary(sanitizer));
            FindingText.Write(output, sanitizer, reproduce);
        }

        Line(output, "result", result.Failure is null ? "passed" : $"FAILED: {result.Failure}");
    }

    private void WriteJson(Utf8JsonWriter json)
    {
        json.WriteBoolean("passed", result.Succeeded);
        json.WriteString("failure", result.Failure);
        json.WriteNumber("seed", options.Seed);
        json.WriteBoolean("reproducible", result.Reproducible);
        json.WriteString("reproduce", "nicemu " + reproduce);
        json.WriteString("tls", result.Version == TlsVersion.Tls13 ? "1.3" : "1.2");
        json.WriteString("cipher", TransferArguments.NameOf(result.Cipher));
        json.WriteString("peer", PeerName());
        json.WriteNumber("bytesSent", result.BytesSent);
        json.WriteNumber("bytesReceived", result.BytesReceived);
        json.WriteString("sha256Sent", result.SourceSha256);
        json.WriteString("sha256Received", result.SinkSha256);
        json.WriteNumber("virtualTimePs", result.ElapsedPs);
        json.WriteString("transmitContext", Place(result.Machine.TxState));
        json.WriteString("receiveContext", Place(result.Machine.RxState));
        json.WriteString("strategy", TransferArguments.NameOf(options.Strategy));
        json.WriteString("transmitFallback", result.Machine.TxFallback == KtlsFallbackReason.None ? null : result.Machine.TxFallback.ToString());
        json.WriteString("receiveFallback", result.Machine.RxFallback == KtlsFallbackReason.None ? null : result.Machine.RxFallback.ToString());
        json.WriteNumber("keyUpdatesSent", result.KeyUpdatesSent);
        json.WriteNumber("keyUpdatesReceived", result.KeyUpdatesReceived);
        json.WriteNumber("segmentsRetransmitted", result.Machine.SegmentsRetransmitted);
        json.WriteNumber("replayedBytes", Card("STAT_TX_TLS_REPLAY_BYTES"));
        json.WriteNumber("driverMistakes", result.Machine.GuestErrors + (result.PeerMachine?.GuestErrors ?? 0));
        if (result.Sanitizer is not null)
        {
            FindingText.WriteJson(json, result.Sanitizer);
        }

        WriteWire(json, "sent", result.Outgoing, result.WireSent);
        WriteWire(json, "received", result.Incoming, result.WireReceived);
        if (result.Plaintext is { } grams)
        {
            json.WriteNumber("plaintextFrames", grams.Leaks);
            json.WriteBoolean("countersCompared", result.CountersCompared);
            json.WriteString("countersDiffer", result.CountersDiffer);
        }

        json.WriteStartObject("card");
        foreach (string name in ShownCounters)
        {
            json.WriteNumber(name, Card(name));
        }

        json.WriteEndObject();
        FaultText.Write(json, result.Faults);
        StatsText.Write(json, "counters", result.Machine);
        json.WriteStartArray("notes");
        foreach (string note in result.Notes)
        {
            json.WriteStringValue(note);
        }

        json.WriteEndArray();
        json.WriteString("trace", trace?.Path);
    }

    private static void WriteWire(Utf8JsonWriter json, string name, NetworkStatistics network, WireOracleReport? wire)
    {
        json.WriteStartObject(name);
        json.WriteNumber("frames", network.Frames);
        json.WriteNumber("dropped", network.Dropped);
        json.WriteNumber("reordered", network.Reordered);
        json.WriteNumber("duplicated", network.Duplicated);
        if (wire is not null)
        {
            json.WriteNumber("recordsOpened", wire.Records);
            json.WriteNumber("contentBytes", wire.ContentBytes);
            json.WriteNumber("repeatedBytes", wire.RepeatedBytes);
            json.WriteNumber("differingBytes", wire.DifferingBytes);
            json.WriteNumber("nonceReuses", wire.NonceReuses);
        }

        json.WriteEndObject();
    }

    private static void Line(TextWriter output, string label, string text) => output.WriteLine($"  {label,-11} {text}");

    private static string Or(string hash) => hash.Length > 0 ? hash : "(not ours to know)";

    private static string Bytes(long count) => count < 10240 ? $"{count} bytes" : $"{Size.Of(count)} ({Count(count)} bytes)";

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Count(ulong number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Microseconds(long ps) => (ps / 1e9).ToString("F3", CultureInfo.InvariantCulture) + " ms";

    private string PeerName() => options.Peer switch
    {
        PeerKind.Nic => "nic (a second card)",
        PeerKind.OpenSsl => "openssl (SslStream)",
        _ => "tap (this machine's kernel)",
    };

    private ulong Card(string name) => result.Machine.Card.GetValueOrDefault(name);

    private static string Place(KtlsState state) => state.ToString().ToLowerInvariant();

    private static string Place(KtlsState state, KtlsFallbackReason reason) => reason == KtlsFallbackReason.None ? Place(state) : $"{Place(state)}, {Words(reason)}";

    private static string Words(KtlsFallbackReason reason) => reason switch
    {
        KtlsFallbackReason.FeatureOff => "as asked for",
        KtlsFallbackReason.CardDown => "the card did not run",
        KtlsFallbackReason.LinkDown => "the link was down",
        KtlsFallbackReason.NotOffered => "the card does not offer it",
        KtlsFallbackReason.TableFull => "the card's table was full",
        KtlsFallbackReason.KeyRefused => "the card refused the key",
        KtlsFallbackReason.ContextRefused => "the card refused the context",
        KtlsFallbackReason.Retransmits => "too much was sent again",
        KtlsFallbackReason.RecordType => "a record of a type that the card does not encrypt was sent",
        KtlsFallbackReason.CardRefusals => "the card refused too many segments",
        KtlsFallbackReason.RekeyFailed => "the new key could not be installed",
        KtlsFallbackReason.CommandTimedOut => "the card did not answer",
        KtlsFallbackReason.InterfaceDown => "the interface was taken down",
        KtlsFallbackReason.CardLost => "the card was lost",
        _ => "the card lost the context",
    };
}
