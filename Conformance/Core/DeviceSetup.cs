namespace NicEmu.Conformance.Core;

/// <summary>The card that a device case wants.</summary>
public sealed record DeviceSetup
{
    /// <summary>Whether the card holds its program.</summary>
    public bool HasFirmware { get; init; } = true;
}
