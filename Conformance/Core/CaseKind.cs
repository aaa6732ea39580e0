namespace NicEmu.Conformance.Core;

/// <summary>What a case judges.</summary>
public enum CaseKind
{
    /// <summary>A driver, through <see cref="Spec.Testing.IDriverUnderTest"/> and the wire.</summary>
    Driver = 0,

    /// <summary>A card, through raw bus accesses and the wire.</summary>
    Device,
}
