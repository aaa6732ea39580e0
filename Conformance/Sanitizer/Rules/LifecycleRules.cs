using static NicEmu.Conformance.Sanitizer.SanitizerInput;
using static NicEmu.Conformance.Sanitizer.Severity;

namespace NicEmu.Conformance.Sanitizer.Rules;

/// <summary>NE4xxx and NE5xxx: interrupts, reset and lifecycle.</summary>
internal static class LifecycleRules
{
    public static readonly SanitizerRule MessageRefused = new(
        "NE4001", Error, "interrupt message to an address that nobody listens on",
        "The MSI-X table entry of the vector is not what the system gave the driver, or no handler is registered.",
        "Address halves or data swapped, or an entry index that is one off.", "docs/registers.md, PCI", Interrupts);

    public static readonly SanitizerRule VectorUnprepared = new(
        "NE4002", Warning, "queue armed while its vector cannot fire",
        "The vector's table entry was never written or is masked, or MSI-X is off: the interrupt that was asked for does not come.",
        "MSI-X is set up after the queues, or the queue names another vector than the handler's.", "docs/registers.md, Start-up", Registers | Config);

    public static readonly SanitizerRule NeverArmed = new(
        "NE4003", Warning, "completions wait and nobody asked for an interrupt",
        "The completion ring holds entries, the queue is not armed, and the driver has not looked for a long time.",
        "The handler returns without arming again, or arms with an index that skips what came in between.", "docs/registers.md, Rings, doorbells, completions", Registers | Dma | Interrupts, "B49 B99");

    public static readonly SanitizerRule InterruptNotMaster = new(
        "NE4004", Error, "interrupt while Bus Master Enable is clear",
        "A message is a memory write: it does not leave the function.",
        "Bus mastering is switched off before the queues.", "S-BUS-6", Refusals);

    public static readonly SanitizerRule EntryChangedLive = new(
        "NE4005", Warning, "MSI-X table entry changed while its vector is live",
        "With MSI-X enabled and the vector unmasked, a message may leave between two of the writes with half of the new contents (PCI 3.0 §6.8.2.9).",
        "The vector is not masked before it is moved to another processor.", "docs/registers.md, PCI", Registers | Config);

    public static readonly SanitizerRule UnbindQueues = new(
        "NE5001", Warning, "Bus Master Enable cleared while queues are enabled",
        "The card may be in the middle of a ring; what is under way is cut off.",
        "Unbind switches the bus off instead of disabling the queues and waiting for STATUS.ENABLED to clear.", "S-BUS-6", Config | Registers, "B56 B93 B97");

    public static readonly SanitizerRule UnbindObjects = new(
        "NE5002", Warning, "keys or contexts left in the card at unbind",
        "Key material stays in the card, and slots are lost, until somebody resets it.",
        "Unbind does not close the offloaded flows.", "S-KEY-11", Config | Mailbox | Contexts, "B05 B10 B71 B97");

    public static readonly SanitizerRule OldEpoch = new(
        "NE5003", Error, "handle from before a reset",
        "A reset removes every object; the handle's epoch tells that it is of an earlier life.",
        "Flows are not told of the reset, and their contexts not made again.", "S-KEY-11", Completions | Mailbox, "B03 B09");

    public static readonly SanitizerRule QueueAfterReset = new(
        "NE5004", Error, "queue used after a reset without being set up",
        "A reset disables every queue.",
        "The driver goes on after a reset that it or somebody else asked for.", "S-BUS-11", Refusals | Registers, "B03");

    public static readonly SanitizerRule GoneCard = new(
        "NE5005", Warning, "card that answers only all ones is used on",
        "It was pulled out, or its memory space is off. Every poll waits for ever.",
        "Reads are not checked for all ones.", "S-BUS-5", Registers, "B97");

    public static readonly SanitizerRule ResetInFlight = new(
        "NE5006", Note, "reset while a mailbox command was running",
        "The command ends without an answer; what it would have made does not exist.",
        "Usual in recovery; otherwise a reset that does not wait.", "S-BUS-11", Registers | Mailbox, "B98");

    public static readonly SanitizerRule Trap = new(
        "NE5101", Error, "invariant trap of the card",
        "A frame of an offloaded chain would have left unencrypted, or the card's state is inconsistent. This is a defect of the card, not of the driver.",
        "Report it, with the trace.", "S-TX-12", Dma);

    public static readonly SanitizerRule FirmwareFailed = new(
        "NE5102", Warning, "firmware stopped",
        "The mailbox is out of service until the program is restarted.",
        "A fault that was put in, or a defect of the firmware.", "docs/registers.md, Start-up", Dma);

    public static readonly SanitizerRule SlotRetired = new(
        "NE5103", Note, "slot retired",
        "Its generations are used up; it stays empty until power-on.",
        "Very many connections.", "S-KEY-3", Dma);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SanitizerRule> All { get; } =
    [
        MessageRefused, VectorUnprepared, NeverArmed, InterruptNotMaster, EntryChangedLive,
        UnbindQueues, UnbindObjects, OldEpoch, QueueAfterReset, GoneCard, ResetInFlight, Trap, FirmwareFailed, SlotRetired,
    ];
}
