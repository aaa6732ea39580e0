namespace NicEmu.Spec.Seams;

/// <summary>Ways to reset a PCI function, from widest to narrowest.</summary>
public enum ResetKind
{
    /// <summary>Power applied: everything, sticky registers and reset epoch included, returns to its reset value.</summary>
    PowerOn = 0,

    /// <summary>Function level reset (PCIe 5.0 §6.6.2): all but the sticky registers; the reset epoch advances.</summary>
    FunctionLevel = 1,

    /// <summary>Requested by the driver through <c>CTRL.RESET</c>: as a function level reset, but configuration space stays.</summary>
    Driver = 2,
}
