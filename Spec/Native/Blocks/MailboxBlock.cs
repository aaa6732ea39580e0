using NicEmu.Spec.Registers;

namespace NicEmu.Spec.Native.Blocks;

/// <summary>Driver-to-firmware mailbox, BAR 0 + 0x0100. One command in flight.</summary>
public sealed class MailboxBlock : RegisterBlock
{
    /// <summary>Offset of the request area in the register window: 256 bytes, write-only.</summary>
    public const uint RequestOffset = 0x0200;

    /// <summary>Offset of the reply area in the register window: 256 bytes, read-only.</summary>
    public const uint ReplyOffset = 0x0300;

    /// <summary>Length of the request area and of the reply area in bytes.</summary>
    public const int AreaLength = 256;

    /// <summary>Registers of the block, as in the manual.</summary>
    public readonly Register Control, Status, ReplyLength;

    /// <summary>Fields of the block, as in the manual.</summary>
    public readonly Field Go, Interrupt, Length, Opcode, Busy, Done, Error, ReplyBytes;

    /// <summary>Declares the block.</summary>
    public MailboxBlock()
        : base("MBOX", NativeDevice.RegisterBar, 0x0100, 0x40, "Commands to firmware. The driver writes the request area, then MBOX_CTRL with GO; firmware sets DONE.")
    {
        Control = Reg("MBOX_CTRL", 0x00, "Starts a command.").Rw1S("GO", 31, 31, out Go, "Starts the command; clears itself at once. Refused while BUSY.").Rw("EVENT", 30, 30, out Interrupt, "Queue a MAILBOX_DONE event at the end.")
            .Rw("LENGTH", 24, 16, out Length, "Bytes of the request, 0 to 256.").Rw("OPCODE", 15, 0, out Opcode, "Command.");
        Status = Reg("MBOX_STAT", 0x04, "Outcome of the last command.").Ro("ERROR", 15, 8, out Error, "Mailbox status code.").Rw1C("DONE", 1, 1, out Done, "The command has ended.").Ro("BUSY", 0, 0, out Busy, "A command is running.");
        ReplyLength = Reg("MBOX_REPLY_LEN", 0x08, "Reply.").Ro("BYTES", 8, 0, out ReplyBytes, "Bytes of the reply.");
    }
}
