namespace NicEmu.Spec.Core;

/// <summary>Why an event was queued.</summary>
public enum EventCode : ushort
{
    /// <summary>The link came up (<c>Data</c> = 1) or went down (0).</summary>
    LinkChanged = 1,

    /// <summary>A mailbox command finished: <c>Data</c> = opcode.</summary>
    MailboxDone = 2,

    /// <summary>A table is full: <c>Data</c> = 1 keys, 2 transmit contexts, 3 receive contexts.</summary>
    TableFull = 3,

    /// <summary>A descriptor named a stale key or handle: <c>Handle</c>.</summary>
    KeyStale = 4,

    /// <summary>A receive context passed its threshold of failed tags: <c>Handle</c>, <c>Data</c> = failures.</summary>
    AuthenticationThreshold = 5,

    /// <summary>A receive context restarted its search because no answer came within its budget: <c>Handle</c>, <c>Data</c> = the candidate sequence.</summary>
    ResyncStuck = 6,

    /// <summary>An invariant of the device trapped; see <c>TRAP_STATUS</c>.</summary>
    InvariantTrap = 7,

    /// <summary>A queue stopped: <c>Queue</c>, <c>Data</c> = a <see cref="Native.QueueError"/>.</summary>
    QueueError = 8,

    /// <summary>Firmware stopped or started: <c>Data</c> = a <see cref="Native.FirmwareState"/>.</summary>
    FirmwareChanged = 9,

    /// <summary>A slot's generations are used up, the slot is retired: <c>Handle</c>.</summary>
    SlotRetired = 10,
}
