using static NicEmu.Conformance.Sanitizer.SanitizerInput;
using static NicEmu.Conformance.Sanitizer.Severity;

namespace NicEmu.Conformance.Sanitizer.Rules;

/// <summary>NE1xxx: registers and mailbox.</summary>
internal static class MmioRules
{
    public static readonly SanitizerRule UnknownRegister = new(
        "NE1001", Error, "access to an offset without a register",
        "Nothing is declared at the offset; reads give zero or all ones, writes are lost.",
        "A wrong base or stride of a register block, or the map of another revision.", "docs/registers.md, Conventions", Refusals, "B52");

    public static readonly SanitizerRule Unaligned = new(
        "NE1002", Error, "unaligned access, or one of a width that the window does not take",
        "The card ignores the write or answers all ones; the driver then works with a value that nobody gave.",
        "A packed structure mapped over registers, or a byte-wise copy into a register window.", "S-BUS-4", Refusals);

    public static readonly SanitizerRule ReadOnlyWrite = new(
        "NE1003", Error, "write to a read-only register, of reserved bits, or of a value out of range",
        "The write is ignored, wholly or in the bits concerned. A later revision may give the bits a meaning.",
        "A read-modify-write that carries status bits along, or an offset that is one register off.", "docs/registers.md, Conventions", Refusals, "B52");

    public static readonly SanitizerRule MemorySpaceOff = new(
        "NE1004", Error, "register access while Memory Space Enable is clear",
        "Reads give all ones, writes are lost.",
        "Registers touched before the function was enabled, or after it was disabled at unbind.", "S-BUS-5", Refusals);

    public static readonly SanitizerRule InReset = new(
        "NE1005", Error, "register access while the function is in reset",
        "Only DEV_STATUS may be read until IN_RESET is clear.",
        "DEV_CTRL.RESET was written and the driver went on without polling.", "docs/registers.md, Start-up", Registers);

    public static readonly SanitizerRule WriteOnlyRead = new(
        "NE1006", Warning, "read of a write-only register",
        "The value is zero and says nothing; key words, arming doorbells and the request area are never readable.",
        "A read-modify-write of a doorbell, or a dump routine that walks over the key staging area.", "docs/registers.md, Conventions", Registers);

    public static readonly SanitizerRule TornCounter = new(
        "NE1007", Warning, "high half of a counter read without its low half",
        "Reading the low half latches the high half. Alone, the high half is that of an earlier reading.",
        "The two halves are read in the wrong order.", "S-BUS-2", Registers, "B101");

    public static readonly SanitizerRule Spinning = new(
        "NE1008", Warning, "register polled without a pause",
        "The same register was read very often with nothing in between: the processor is lost for the time, and a card that never answers hangs the machine.",
        "A polling loop without delay and without limit.", "docs/registers.md, Start-up", Registers);

    public static readonly SanitizerRule MailboxBusy = new(
        "NE1101", Error, "mailbox command while another is running",
        "One command at a time: GO while BUSY is refused, and the running command may see a request that was overwritten.",
        "Two paths of the driver use the mailbox without a lock, or a time-out is taken for the end of the command.", "docs/registers.md, Mailbox", Registers, "B83 B98");

    public static readonly SanitizerRule RequestOverwritten = new(
        "NE1102", Error, "request area written while a command is running",
        "Firmware may read half of the old and half of the new request.",
        "The next request is prepared before the last one has ended.", "docs/registers.md, Mailbox", Registers, "B98");

    public static readonly SanitizerRule MailboxMalformed = new(
        "NE1103", Error, "malformed mailbox command",
        "Unknown opcode, a length that is not the command's, or a field out of range.",
        "The request structure of another command or revision, or reserved bytes that were not zeroed.", "docs/registers.md, Mailbox", Mailbox, "B51 B52");

    public static readonly SanitizerRule ResultIgnored = new(
        "NE1104", Warning, "result of a mailbox command never looked at",
        "The next command was started without a look at MBOX_STAT: a failure goes unnoticed, and what should exist does not.",
        "Error handling is missing, or completion is guessed by waiting.", "docs/registers.md, Mailbox", Registers | Mailbox, "B14");

    public static readonly SanitizerRule NoKeyStaged = new(
        "NE1105", Error, "command that needs a key or an IV finds none staged",
        "KEY_STAGE did not hold the words that the cipher or the version needs.",
        "Key words are written after GO, for another key length, or a CLEAR came between.", "docs/registers.md, Mailbox", Mailbox, "B51");

    public static readonly SanitizerRule KeyLeftStaged = new(
        "NE1106", Warning, "key or IV left in the staging area",
        "The area holds key material that no command took. The next create may take the wrong key.",
        "A create command failed or was given up and the area was not cleared.", "S-KEY-9", Registers | Mailbox, "B17 B18 B81 B104");

    public static readonly SanitizerRule FirmwareNotReady = new(
        "NE1107", Error, "mailbox command while firmware is not ready",
        "The command ends with NOT_READY and has no effect.",
        "The driver does not poll DEV_STATUS.FW_READY after power-on or reset.", "docs/registers.md, Start-up", Mailbox);

    public static readonly SanitizerRule Unsupported = new(
        "NE1108", Error, "command, cipher, version or mode that the card does not offer",
        "The capability registers tell what there is; the rest ends with UNSUPPORTED.",
        "Capabilities were not read, or a feature is assumed that another revision has.", "docs/registers.md, Start-up", Mailbox, "B16 B115 B76");

    public static readonly SanitizerRule BadState = new(
        "NE1109", Error, "command that the object's state does not allow",
        "For example a second activation, or a move of a context whose descriptors are queued.",
        "The driver's own state of the object is out of step with the card's.", "S-TX-13", Mailbox, "B06 B96");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SanitizerRule> All { get; } =
    [
        UnknownRegister, Unaligned, ReadOnlyWrite, MemorySpaceOff, InReset, WriteOnlyRead, TornCounter, Spinning,
        MailboxBusy, RequestOverwritten, MailboxMalformed, ResultIgnored, NoKeyStaged, KeyLeftStaged, FirmwareNotReady, Unsupported, BadState,
    ];
}
