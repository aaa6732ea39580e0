using static NicEmu.Conformance.Sanitizer.SanitizerInput;
using static NicEmu.Conformance.Sanitizer.Severity;

namespace NicEmu.Conformance.Sanitizer.Rules;

/// <summary>NE32xx and NE33xx: key objects, contexts, and receive resync.</summary>
internal static class KeyRules
{
    private const SanitizerInput Answers = Dma | Wire | Contexts | Completions;

    public static readonly SanitizerRule KeyInUse = new(
        "NE3201", Error, "key destroyed before its contexts",
        "A context holds the key; the command ends with BUSY and the key stays.",
        "Teardown in the wrong order: contexts first, then the key.", "S-KEY-7", Mailbox, "B63 B71");

    public static readonly SanitizerRule DoubleDestroy = new(
        "NE3202", Error, "object destroyed twice",
        "The handle is stale the second time. In a card without generations the slot's next owner would lose its key.",
        "Two teardown paths, such as close and interface down, that do not know of each other.", "S-KEY-2", Mailbox, "B06 B07 B08");

    public static readonly SanitizerRule ObjectBusy = new(
        "NE3203", Warning, "context removed while descriptors name it",
        "The card keeps it until they are through; the driver must not count on its memory or handle before.",
        "Removal does not wait for the flow's descriptors.", "S-KEY-8", Mailbox, "B67 B96");

    public static readonly SanitizerRule BadHandle = new(
        "NE3204", Error, "command names no live object of the kind",
        "The handle is zero, of another kind, or was never given out.",
        "A failed creation was taken for a success.", "S-KEY-2", Mailbox, "B73 B100");

    public static readonly SanitizerRule TableFull = new(
        "NE3205", Note, "table full",
        "No slot is free for a key or a context. The connection stays in software.",
        "Many connections, or objects that are never destroyed.", "S-KEY-3", Mailbox, "B10 B78");

    public static readonly SanitizerRule DuplicateRule = new(
        "NE3206", Error, "two receive contexts for one flow",
        "A rule with the same addresses and ports exists.",
        "The context of a closed connection was not removed before its ports were used again.", "docs/registers.md, TLS receive", Mailbox, "B38");

    public static readonly SanitizerRule EpochExhausted = new(
        "NE3207", Error, "handles used up",
        "The function was reset so often that no handle can be made any more; only a power cycle helps.",
        "A reset loop.", "S-KEY-3", Mailbox);

    public static readonly SanitizerRule SharedKeyNumber = new(
        "NE3208", Warning, "two transmit contexts of one key used the same record number",
        "If their IVs are equal too, one nonce protects two records.",
        "A key is shared by connections, or a context was made again with the first instead of the next record number.", "S-TX-4", Mailbox | Registers | Contexts | Records, "B106");

    public static readonly SanitizerRule AnswerNumber = new(
        "NE3301", Error, "resync answer with a wrong record number",
        "The record that begins there is another one, counted on the wire. Every record after it fails authentication.",
        "Records that were parsed between request and answer are not counted, or the count begins at the wrong record.", "S-RX-13", Answers, "B12 B45 B121");

    public static readonly SanitizerRule AnswerPlace = new(
        "NE3302", Error, "resync answer for a place where no record begins",
        "The sequence number lies within a record. The card takes payload for a header.",
        "The sequence number's byte order, or that of the header's last instead of its first byte.", "S-RX-13", Answers, "B45 B64");

    public static readonly SanitizerRule WrongRefusal = new(
        "NE3303", Note, "refused although a record begins there",
        "The card goes on searching; the flow stays in software longer than it must.",
        "The log of headers is too short, or the request is compared with the next header only.", "S-RX-13", Answers, "B13");

    public static readonly SanitizerRule AnswerDead = new(
        "NE3304", Error, "resync answer for a context that is gone",
        "The context was removed before.",
        "Requests are not cancelled when a connection closes.", "S-KEY-2", Completions | Dma, "B04 B09 B65 B68");

    public static readonly SanitizerRule AnswerStale = new(
        "NE3305", Note, "resync answer discarded as stale",
        "The card had moved on. That happens to an honest driver.",
        "When it happens always: the answer names another sequence number than the request.", "S-RX-15", Completions, "B45");

    public static readonly SanitizerRule AnswerMissing = new(
        "NE3306", Warning, "resync request never answered",
        "The stream was complete past the candidate for a long time, and neither an acknowledgement nor a refusal came. The card cannot resume.",
        "Requests are dropped: their packet was merged, their flow not found, or the flag cleared on an error.", "S-RX-17", Dma | Wire | Contexts, "B14 B69 B77");

    public static readonly SanitizerRule ResyncStuck = new(
        "NE3307", Note, "card gave a resync request up",
        "Its budget of bytes and time passed without an answer; it asks anew.",
        "The stack reaches the header late, because bytes before it are missing, or the request was lost.", "S-RX-17", Dma, "B13 B69 B77");

    public static readonly SanitizerRule Authentication = new(
        "NE3308", Error, "record fails authentication though the network changed nothing",
        "Either the sender sealed it wrongly, or the receiver opened it under a wrong number or key. Behind a KeyUpdate message it counts only if the driver keeps the context.",
        "See the findings about record numbers before it; a changed buffer; a key of another flow.", "S-RX-9", Records | Wire, "B51 B106 B122");

    public static readonly SanitizerRule RxNumberExhausted = new(
        "NE3309", Note, "receive context switched off",
        "Its record number is at its end, or its key was revoked.",
        "The connection should have been rekeyed.", "S-RX-21", Contexts);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SanitizerRule> All { get; } =
    [
        KeyInUse, DoubleDestroy, ObjectBusy, BadHandle, TableFull, DuplicateRule, EpochExhausted, SharedKeyNumber,
        AnswerNumber, AnswerPlace, WrongRefusal, AnswerDead, AnswerStale, AnswerMissing, ResyncStuck, Authentication, RxNumberExhausted,
    ];
}
