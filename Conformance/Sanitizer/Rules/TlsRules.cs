using static NicEmu.Conformance.Sanitizer.SanitizerInput;
using static NicEmu.Conformance.Sanitizer.Severity;

namespace NicEmu.Conformance.Sanitizer.Rules;

/// <summary>NE30xx and NE31xx: what is sent under TLS.</summary>
internal static class TlsRules
{
    private const SanitizerInput Sent = Dma | HostFrames | Completions | Contexts;

    public static readonly SanitizerRule NonceReuse = new(
        "NE3001", Error, "nonce reused with different plaintext",
        "The same bytes of a record were given to the card again with another content. Both ciphertexts are out: their difference is that of the plaintexts, and with GCM the authentication key is lost.",
        "Retransmitted data was rebuilt from a buffer or file that had changed, instead of from the saved record.", "S-TX-20", Sent, "B57 B118");

    public static readonly SanitizerRule PlaintextOnWire = new(
        "NE3002", Error, "plaintext of an offloaded flow on the wire",
        "Bytes that the driver gave to the card to be encrypted left unencrypted.",
        "A fall-back or retransmit path sends the segment without the TLS offload, or over another port.", "S-TX-12", Sent | Wire, "B01 B02 B62 B84");

    public static readonly SanitizerRule PlaceholderOnWire = new(
        "NE3003", Error, "tag placeholder on the wire",
        "The filler that stands where the tag belongs was sent: the record cannot be authenticated, and the filler may be old memory.",
        "The end of the record went out by a path that does not encrypt.", "S-TX-2", Sent | Wire, "B62 B88 B93");

    public static readonly SanitizerRule ClearFrame = new(
        "NE3004", Error, "segment of an offloaded flow does not look encrypted",
        "New bytes of a flow whose context is live left without the TLS offload, and their statistics are not those of ciphertext.",
        "The mark that asks for encryption was lost on the way to the driver.", "S-TX-12", Wire | Contexts | HostFrames, "B01 B02 B62");

    public static readonly SanitizerRule WireDiffers = new(
        "NE3005", Error, "retransmission differs from what was sent before",
        "The same bytes of the TCP stream left twice with different values. The peer's record breaks, whichever copy it has.",
        "Software encryption with another record number or key than the card's, a wrong POSITION, or replayed bytes that were sent.", "S-TX-20", Wire | Contexts | HostFrames, "B12 B90 B93 B106");

    public static readonly SanitizerRule NoContext = new(
        "NE3006", Error, "descriptor names no transmit context",
        "The TLS offload was asked for with the handle zero or with one that was never given out.",
        "A segment reaches the accelerated path before the context exists, or its handle is of the other direction.", "S-KEY-2", Completions, "B79");

    public static readonly SanitizerRule StaleHandle = new(
        "NE3007", Error, "handle used after its object was destroyed",
        "The slot may belong to another connection by now; the generation in the handle prevents that its key is used.",
        "Descriptors are still posted, or commands sent, for a connection that was closed.", "S-KEY-2", Completions | Mailbox, "B03 B63 B67");

    public static readonly SanitizerRule WrongQueue = new(
        "NE3008", Error, "context used on another queue than its own",
        "Order between queues is undefined, therefore a context is bound to one.",
        "Transmit queue selection moved the flow without FENCE and TX_MOVE.", "S-TX-13", Completions, "B79");

    public static readonly SanitizerRule NotInSequence = new(
        "NE3009", Error, "segment out of sequence without POSITION",
        "The card expects another TCP sequence number and sends nothing.",
        "A retransmission was not recognised, or the expected sequence number ran ahead when a segment was dropped.", "S-TX-7", Completions, "B82 B103");

    public static readonly SanitizerRule BeforeStart = new(
        "NE3010", Error, "segment before the context's first byte sent with the TLS offload",
        "Bytes of the handshake are not the context's business: they must leave as they are.",
        "The start marker is compared one off, or not at all.", "S-TX-8", Completions, "B60 B61 B84 B91");

    public static readonly SanitizerRule PositionNumber = new(
        "NE3011", Error, "POSITION names a wrong record number",
        "The card cannot check it: the range is sealed under a nonce that belongs to another record.",
        "The list of records is off by one, or the number is that of the record before.", "S-TX-25", Sent, "B12 B101 B106");

    public static readonly SanitizerRule PositionPlace = new(
        "NE3012", Error, "POSITION names a place where no such record is",
        "Start, length, type or explicit nonce are not those of the record that was sent there.",
        "The record was found by the wrong sequence number, or its description was taken from a reused structure.", "S-TX-16", Sent, "B60 B61");

    public static readonly SanitizerRule PositionUnused = new(
        "NE3013", Error, "POSITION not followed by its data",
        "Only REPLAY and then one DATA chain of the same context may follow; the position was dropped.",
        "Two flows interleave on a queue between POSITION and DATA, or the data was dropped after POSITION was posted.", "S-TX-15", Completions, "B59 B103");

    public static readonly SanitizerRule ReplayShort = new(
        "NE3014", Error, "REPLAY ends before the data begins",
        "The hash that the tag needs has a hole; nothing is sent.",
        "The record's head is counted without header or explicit nonce, or a fragment is missing.", "S-TX-17", Completions, "B59 B88 B102");

    public static readonly SanitizerRule ReplayLong = new(
        "NE3015", Error, "REPLAY runs into the data or past the record",
        "Nothing is sent.",
        "The replay is rounded up to whole fragments or blocks.", "S-TX-17", Completions, "B58 B90");

    public static readonly SanitizerRule ReplayDiffers = new(
        "NE3016", Error, "replayed bytes differ from those sent before",
        "The tag is computed over other plaintext than the peer has: it will refuse the record.",
        "The replay reads a buffer that was given back or that changed.", "S-TX-17", Sent, "B57 B77");

    public static readonly SanitizerRule TagWithoutReplay = new(
        "NE3017", Error, "range with a tag and without REPLAY",
        "A tag depends on all bytes of its record before it.",
        "The end of the range is compared with the end of the payload instead of that of the record.", "S-TX-18", Completions, "B56 B93 B105");

    public static readonly SanitizerRule PassesHead = new(
        "NE3018", Error, "repeated range runs into new bytes",
        "Without ADVANCE a range must end at or before the place the card has reached.",
        "A segment that is partly old and partly new was not split.", "S-TX-21", Completions, "B61");

    public static readonly SanitizerRule RecordMalformed = new(
        "NE3019", Error, "no record header where one belongs",
        "The five bytes are no header that the context allows, or they contradict POSITION.",
        "Framing is off: a record is too long, its version is wrong, or the stream was offloaded in mid-record.", "S-TX-6", Completions, "B30 B125");

    public static readonly SanitizerRule UpdateNumber = new(
        "NE3020", Error, "update to a record number that is not the stream's",
        "TX_UPDATE, or SET_CONTEXT with SET_PROGRESS, says which record begins at a sequence number. Counted on the wire it is another one.",
        "The number was taken before records were queued, or after.", "S-TX-23", Mailbox | Registers | Dma | Wire | Contexts, "B12 B106");

    public static readonly SanitizerRule NumberReused = new(
        "NE3021", Error, "record number used for two records",
        "Two different records of one context were sealed under the same number, hence the same nonce.",
        "The context was moved back to a number that was used already.", "S-TX-25", Sent, "B12 B106");

    public static readonly SanitizerRule NumberExhausted = new(
        "NE3022", Error, "record number at its end",
        "The number must not wrap (RFC 8446 §5.3, RFC 5246 §6.1): the connection must be rekeyed or closed before.",
        "The driver does not watch the number.", "S-TX-10", Completions);

    public static readonly SanitizerRule ModeMismatch = new(
        "NE3023", Error, "descriptor of another mode than its context",
        "The context places ranges in another way.",
        "Descriptors of two strategies are mixed on one context.", "S-TX-24", Completions);

    public static readonly SanitizerRule TwoContexts = new(
        "NE3024", Error, "segment sealed by a context whose flow has a newer one",
        "New bytes of a flow went through a context although a later one was installed for the place.",
        "After a rekey or a reinstallation the old handle is still in use for new data.", "S-TX-20", Sent, "B107 B110 B111");

    public static readonly SanitizerRule StartWithinRecord = new(
        "NE3025", Error, "context begins within a record",
        "A context must begin at a record's first byte: from another byte every header it sees is payload.",
        "The sequence number is taken while a record is only partly sent.", "S-TX-6", Contexts | Wire | HostFrames, "B121 B125");

    public static readonly SanitizerRule RangeTag = new(
        "NE3026", Error, "range request for a part of a record and its tag",
        "A tag covers all of its record, and it leaves whole or not at all.",
        "A request that ends within the tag was not cut before it, or one that reaches it does not bring the record from its start.", "S-TX-40", Completions);

    public static readonly SanitizerRule RangeWindow = new(
        "NE3027", Error, "range request with a wrong window",
        "A request begins at its record or at a 16-byte boundary of the content, skips less than 16 bytes unless it needs the tag, and its data has the length that it tells.",
        "The wanted byte was not rounded down, or rounded from the record's start instead of the content's.", "S-TX-39", Completions, "B85 B90");

    public static readonly SanitizerRule FenceMissing = new(
        "NE3028", Error, "data overtakes the place that it was meant for",
        "SET_PROGRESS takes effect with the next fence. Without one the data was encrypted at the place before, under another record's nonce, and completed with OK.",
        "FENCE, the FENCE flag or REPLAY is missing between SET_PROGRESS and DATA.", "S-TX-31", Sent);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SanitizerRule> All { get; } =
    [
        NonceReuse, PlaintextOnWire, PlaceholderOnWire, ClearFrame, WireDiffers, NoContext, StaleHandle, WrongQueue, NotInSequence, BeforeStart,
        PositionNumber, PositionPlace, PositionUnused, ReplayShort, ReplayLong, ReplayDiffers, TagWithoutReplay, PassesHead, RecordMalformed,
        UpdateNumber, NumberReused, NumberExhausted, ModeMismatch, TwoContexts, StartWithinRecord, RangeTag, RangeWindow, FenceMissing,
    ];
}
