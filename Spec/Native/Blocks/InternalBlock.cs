using NicEmu.Spec.Registers;

namespace NicEmu.Spec.Native.Blocks;

/// <summary>Registers of the internal bus, seen by the embedded core only. Object commands take their image from the first 256 bytes of the
/// SCRATCH window and put their result into the next 256; key and IV come from KEY_STAGE by wires of their own.</summary>
public sealed class InternalBlock : RegisterBlock
{
    /// <summary>Offset of the command image in the SCRATCH window.</summary>
    public const int ImageOffset = 0;

    /// <summary>Offset of the result in the SCRATCH window.</summary>
    public const int ResultOffset = 256;

    /// <summary>Length of the image and of the result in bytes.</summary>
    public const int ImageLength = 256;

    /// <summary>Registers of the block, as in the manual.</summary>
    public readonly Register Status, FirmwareState, Health, FirmwareVersion, MailboxCommand, MailboxFinish, MailboxHandle, ObjectReply, ObjectControl, ObjectResult, Link,
        KeysUsed, TxContextsUsed, RxContextsUsed, TableSelect, TableState, TableHandle, TableKey;

    /// <summary>Fields of the block, as in the manual.</summary>
    public readonly Field Epoch, EpochExhausted, LinkUp, State, ErrorCode, HealthCount, Major, Minor, Pending, RequestLength, Opcode, FinishStatus, ReplyLength, ObjectGo, ObjectOpcode, ObjectStatus,
        LinkAdmin, Keys, TxContexts, RxContexts, Kind, Index, Valid, Active;

    /// <summary>Declares the block.</summary>
    public InternalBlock()
        : base("INT", -1, 0x0000, 0x100, "Registers of the internal bus.")
    {
        Status = Reg("INT_STATUS", 0x00, "State of the function.").Ro("LINK_UP", 17, 17, out LinkUp, "The port has a link and is up.").Ro("EXHAUSTED", 16, 16, out EpochExhausted, "The reset epoch is at its end: no object can be made.")
            .Ro("EPOCH", 15, 0, out Epoch, "Reset epoch.");
        FirmwareState = Reg("INT_FW_STATE", 0x04, "Shown in FW_STATUS and DEV_STATUS.FW_READY.").Rw("ERROR", 31, 16, out ErrorCode, "Error code.").Rw("STATE", 7, 0, out State, "0 absent, 1 starting, 2 ready, 3 failed.");
        Health = Reg("INT_FW_HEALTH", 0x08, "Shown in FW_HEALTH.").Rw("COUNT", 31, 0, out HealthCount, "Health counter.");
        FirmwareVersion = Reg("INT_FW_VERSION", 0x0C, "Shown in FW_VERSION.").Rw("MAJOR", 31, 16, out Major, "Major.").Rw("MINOR", 15, 0, out Minor, "Minor.");
        MailboxCommand = Reg("INT_MBOX_COMMAND", 0x10, "Command of the driver.").Ro("PENDING", 31, 31, out Pending, "A command waits or runs.").Ro("LENGTH", 24, 16, out RequestLength, "Bytes of the request, 0 to 256.")
            .Ro("OPCODE", 15, 0, out Opcode, "Command.");
        MailboxFinish = Reg("INT_MBOX_FINISH", 0x14, "A write ends the command: the request is zeroised, DONE is set.").Wo("STATUS", 31, 24, out FinishStatus, "Mailbox status code.").Wo("REPLY", 8, 0, out ReplyLength, "Bytes of the reply, 0 to 256.");
        MailboxHandle = Pair("INT_MBOX_HANDLE", 0x18, "Object that the ended command was about; for views only.");
        ObjectReply = Counter("INT_OBJ_REPLY", 0x20, "Object that the command made.");
        ObjectControl = Reg("INT_OBJ_CTRL", 0x30, "Object commands; they are done when the write returns.").Rw1S("GO", 31, 31, out ObjectGo, "Runs the command; clears itself.").Rw("OPCODE", 15, 0, out ObjectOpcode, "A mailbox opcode of the key, context and query families; its request is the image.");
        ObjectResult = Reg("INT_OBJ_RESULT", 0x34, "Outcome.").Ro("STATUS", 7, 0, out ObjectStatus, "Mailbox status code.");
        Link = Reg("INT_LINK", 0x38, "Port control.").Rw("UP", 0, 0, out LinkAdmin, "The port is administratively up.");
        KeysUsed = Reg("INT_KEYS_USED", 0x40, "Occupancy.").Ro("COUNT", 23, 0, out Keys, "Key objects in use.");
        TxContextsUsed = Reg("INT_TX_CONTEXTS_USED", 0x44, "Occupancy.").Ro("COUNT", 23, 0, out TxContexts, "Transmit contexts in use.");
        RxContextsUsed = Reg("INT_RX_CONTEXTS_USED", 0x48, "Occupancy.").Ro("COUNT", 23, 0, out RxContexts, "Receive contexts in use.");
        TableSelect = Reg("INT_TABLE_SELECT", 0x50, "Picks the table entry that the next registers show.").Rw("KIND", 25, 24, out Kind, "1 keys, 2 transmit contexts, 3 receive contexts.").Rw("INDEX", 21, 0, out Index, "Entry.");
        TableState = Reg("INT_TABLE_STATE", 0x54, "Selected entry.").Ro("ACTIVE", 1, 1, out Active, "The receive rule is active.").Ro("VALID", 0, 0, out Valid, "The entry is in use.");
        TableHandle = Counter("INT_TABLE_HANDLE", 0x58, "Handle of the selected entry.");
        TableKey = Counter("INT_TABLE_KEY", 0x60, "Key object that the selected context was created with.");
    }
}
