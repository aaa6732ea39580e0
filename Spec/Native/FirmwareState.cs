namespace NicEmu.Spec.Native;

/// <summary>State of the embedded core in <c>FW_STATUS</c>.</summary>
public enum FirmwareState
{
    /// <summary>No program, or the core is held in reset.</summary>
    Absent = 0,

    /// <summary>The program starts.</summary>
    Starting = 1,

    /// <summary>The program serves mailbox commands.</summary>
    Ready = 2,

    /// <summary>The program stopped with an error.</summary>
    Failed = 3,
}
