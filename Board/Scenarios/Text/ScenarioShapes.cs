using NicEmu.Board.Faults;
using NicEmu.Board.Time;
using NicEmu.Conformance.Sanitizer;

namespace NicEmu.Board.Scenarios.Text;

/// <summary>The shape of a scenario file.</summary>
internal static class ScenarioShapes
{
    private const string DurationPattern = "^(0|[0-9]+(\\.[0-9]+)?(ps|ns|us|ms|s))$";
    private const string BoundsPattern = "^([<>=!]{0,2} ?[0-9]+|[0-9]+\\.\\.[0-9]+)$";
    private static readonly string[] Sides = ["machine", "peer"];

    public static ObjectShape Root { get; } = new(
        "A NicEmu scenario: two machines, what they send each other, what goes wrong, and what must come of it.",
        ("$schema", new TextShape("Where this schema is; for editors.")),
        ("name", new TextShape("Short name.")),
        ("about", new TextShape("What the scenario shows and why it matters.")),
        ("seed", new NumberShape("Decides about everything that is drawn. Default 1.", 0, ulong.MaxValue)),
        ("limit", Duration("Longest run in virtual time. Default 10s.")),
        ("machine", Machine()),
        ("flows", new ListShape("The connections.", Flow(), 1, 64)),
        ("network", new ListShape("What the network does to frames.", Network())),
        ("faults", new ListShape("Faults put into the machine under test; `nicemu fault list` shows all. One that never strikes fails the run.", FaultText())),
        ("link", new ListShape("The cable of the machine under test.", Link())),
        ("expect", Expect()))
    {
        Required = ["flows"],
    };

    private static ObjectShape Machine() => new(
        "How both machines are set up.",
        ("tls", TextShape.OneOf("TLS version. Default 1.3.", "1.2", "1.3")),
        ("cipher", TextShape.OneOf("Record protection. Default aes-128-gcm.", [.. ScenarioWords.Ciphers.Keys])),
        ("strategy", TextShape.OneOf("What the driver does about segments that are not where the card expects them. Default reposition.", [.. ScenarioWords.Strategies.Keys])),
        ("retransmitLimit", new NumberShape("Percentage of bytes sent again above which a connection leaves the card. Default 100: never.", 0.01m, 100, isWhole: false)),
        ("offloadTx", new FlagShape("The cards encrypt. Default true.")),
        ("offloadRx", new FlagShape("The cards decrypt. Default true.")),
        ("segmentation", new FlagShape("The cards cut long segments. Default true.")),
        ("mtu", new NumberShape("Largest IP packet in bytes; with IPv6 at least 1280. Default 1500.", 128, 9000)),
        ("mss", new NumberShape("Largest TCP payload of a frame in bytes; 0, the default: what the MTU allows.", 0, 8960)),
        ("record", new NumberShape("Longest content of a record in bytes. Default 16384.", 64, 16384)),
        ("ipv6", new FlagShape("IPv6 instead of IPv4. Default false.")),
        ("handshake", new FlagShape("Genuine TLS handshakes; else both ends get keys drawn from the seed, which is faster. Default false.")),
        ("delay", Duration("Propagation time of the cable, one way. Default 5us.")));

    private static ObjectShape Flow() => new(
        "One TLS connection. When all steps are done and everything arrived, both ends close.",
        ("name", new TextShape("Name, unique in the scenario. Default main.", "a name of letters, digits, - and _", "^[A-Za-z0-9_-]+$", NameMistake)),
        ("connect", TextShape.OneOf("Who connects. Default machine.", Sides)),
        ("at", Duration("When it connects, counted from the moment that both cards are up. Default 0.")),
        ("steps", new ListShape("What its ends do, each end in the order written.", Step())))
    {
        Required = ["steps"],
    };

    private static ObjectShape Step() => new(
        "One thing that an end does.",
        ("from", TextShape.OneOf("Which end. Default machine.", Sides)),
        ("at", Duration("When at the earliest, counted from the moment that the flow has its keys. Default 0.")),
        ("send", new NumberShape("Sends that many bytes of content.", 1, 1 << 30)),
        ("do", TextShape.OneOf("Sends an alert or a session ticket, which are control records; changes its sending key by a KeyUpdate, TLS 1.3 only; closes its side; or resets the connection.", "alert", "ticket", "rekey", "close", "abort")),
        ("more", new FlagShape("With send: the last record stays open for what the end sends next (MSG_MORE). The end of its steps closes it. Default false.")),
        ("eor", new FlagShape("With send: the record ends with this content (MSG_EOR). Default false.")),
        ("request", new FlagShape("With rekey: the other end is asked to change its key too. Default false.")))
    {
        OneOf = ["send", "do"],
    };

    private static ObjectShape Network()
    {
        Shape number = new NumberShape("Counted from 0.", 0, uint.MaxValue);
        return new(
            "Something that happens to frames. Exactly one of frame, segment, record, byte, time and rate says to which.",
            ("do", TextShape.OneOf("What happens. corrupt: a flipped bit that the checksum tells; with record: a changed byte under a right checksum, which only the tag tells.", "drop", "delay", "duplicate", "reorder", "corrupt")),
            ("direction", TextShape.OneOf("Frames that the machine under test sends, or receives. Default sent.", "sent", "received")),
            ("frame", number),
            ("segment", new NumberShape("TCP segment with payload, counted from 0; repeated ones count.", 0, uint.MaxValue)),
            ("record", new NumberShape("The segment in which the header of that TLS record ends, counted from 0.", 0, uint.MaxValue)),
            ("byte", new NumberShape("The segments that carry that byte of the TCP stream, counted from 0.", 0, uint.MaxValue)),
            ("time", Duration("The first from that virtual time on, counted from power-on.")),
            ("rate", new NumberShape("Each with that probability.", 0.000001m, 1, isWhole: false)),
            ("count", new NumberShape("How many, from there on. Default 1, with rate no limit.", 1, 1_000_000)),
            ("flow", new TextShape("Frames of that flow only.")),
            ("by", Duration("With delay: how long. Default 20us.")),
            ("least", new NumberShape("With record: records whose length field is smaller do not count. Default 0.", 0, 65535)),
            ("optional", new FlagShape("The run may end before a frame fits. Default false; with rate always so.")))
        {
            Required = ["do"],
            OneOf = ["frame", "segment", "record", "byte", "time", "rate"],
        };
    }

    private static ObjectShape Link() => new(
        "The cable is pulled or put back.",
        ("at", Duration("When, counted from the moment that both cards are up.")),
        ("state", TextShape.OneOf("What becomes of it.", "down", "up")))
    {
        Required = ["at", "state"],
    };

    private static ObjectShape Expect() => new(
        "What must be true at the end.",
        ("result", TextShape.OneOf("delivered, the default: everything arrives and the connections close well. failed: something must go wrong. any: either.", "delivered", "failed", "any")),
        ("failure", new TextShape("Words that the failure's text holds.")),
        ("counters", new MapShape("Bounds of counters: kernel names (tx_tls_ooo, TlsDecryptError), the card's (STAT_TX_TLS_OOO); peer. before the name means the second machine.", Bounds())),
        ("states", new MapShape("Where a direction is protected at the end: FLOW.tx, FLOW.rx, peer.FLOW.tx, peer.FLOW.rx.", TextShape.OneOf("The place.", "device", "software"))),
        ("findings", new ListShape("Rules of the sanitizer that must report something; errors of others break the scenario.", new TextShape("Id of a rule.", "the id of a rule, such as NE3001", "^NE[0-9]{4}$", static t => SanitizerRules.Find(t) is null ? $"there is no rule \"{t}\"; `nicemu explain --list` shows all." : null))),
        ("guestErrors", Bounds()),
        ("wire", new ObjectShape(
            "What must be true of the frames; all of it by default.",
            ("decrypts", new FlagShape("Every record opens for an implementation that is not ours, and holds what was sent.")),
            ("noPlaintext", new FlagShape("No content is seen.")),
            ("identicalRetransmits", new FlagShape("Every byte that is sent again is the same.")))));

    private static NumberOrTextShape Bounds() => new(
        "A number, or bounds: \">=1\", \"<9\", \"1..5\".",
        new NumberShape("Exactly that.", 0, long.MaxValue - 1),
        new TextShape("Bounds.", "a number or bounds such as \">=1\" or \"1..5\"", BoundsPattern, static t => CounterExpectation.TryParse("x", t, out _) ? null : $"expected a number or bounds such as \">=1\" or \"1..5\", found \"{t}\"."));

    private static TextShape Duration(string about) =>
        new(about, $"a time ({DurationText.Form})", DurationPattern, static t => DurationText.TryParse(t, out _) ? null : $"expected a time ({DurationText.Form}), found \"{t}\".");

    private static TextShape FaultText() =>
        new("NAME[:key=value,...][@WHEN].", "a fault, NAME[:key=value,...][@WHEN]", null, static t => FaultSpecification.TryParse(t, out _, out string mistake) ? null : mistake);

    private static string? NameMistake(string text) =>
        text.Length > 0 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? null : $"expected a name of letters, digits, - and _, found \"{text}\".";
}
