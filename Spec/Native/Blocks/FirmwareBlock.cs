using NicEmu.Spec.Registers;

namespace NicEmu.Spec.Native.Blocks;

/// <summary>State of the embedded core, BAR 0 + 0x0180.</summary>
public sealed class FirmwareBlock : RegisterBlock
{
    /// <summary>Registers of the block, as in the manual.</summary>
    public readonly Register Status, Health, Version, Control;

    /// <summary>Fields of the block, as in the manual.</summary>
    public readonly Field State, ErrorCode, HealthCount, Major, Minor, Restart;

    /// <summary>Declares the block.</summary>
    public FirmwareBlock()
        : base("FW", NativeDevice.RegisterBar, 0x0180, 0x40, "State of the embedded core.")
    {
        Status = Reg("FW_STATUS", 0x00, "State.").Ro("ERROR", 31, 16, out ErrorCode, "Error code of a failed program.").Ro("STATE", 7, 0, out State, "0 absent, 1 starting, 2 ready, 3 failed.");
        Health = Reg("FW_HEALTH", 0x04, "Counts up once a millisecond while the program lives.").Ro("COUNT", 31, 0, out HealthCount, "Health counter, wraps.");
        Version = Reg("FW_VERSION", 0x08, "Version of the program.").Ro("MAJOR", 31, 16, out Major, "Major.").Ro("MINOR", 15, 0, out Minor, "Minor.");
        Control = Reg("FW_CTRL", 0x0C, "Control of the embedded core.").Rw1S("RESTART", 0, 0, out Restart, "Restarts the program; its tables are read back from the hardware. Clears itself.");
    }
}
