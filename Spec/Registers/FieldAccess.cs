namespace NicEmu.Spec.Registers;

/// <summary>Access rule of a register field, under its usual abbreviation.</summary>
public enum FieldAccess
{
    /// <summary>RO: software reads, hardware writes.</summary>
    ReadOnly = 0,

    /// <summary>RW: software reads and writes.</summary>
    ReadWrite = 1,

    /// <summary>WO: software writes, reads return zero.</summary>
    WriteOnly = 2,

    /// <summary>RW1C: writing a one clears the bit, writing a zero leaves it.</summary>
    WriteOneToClear = 3,

    /// <summary>RW1S: writing a one sets the bit, hardware clears it.</summary>
    WriteOneToSet = 4,
}
