namespace NicEmu.Conformance.Core;

/// <summary>The card that a device case wants.</summary>
public sealed record DeviceSetup
{
    /// <summary>Whether the card holds its program.</summary>
    public bool HasFirmware { get; init; } = true;

    /// <summary>Connections that the card's TCP offload engine has room for; 0 for a card without the engine.</summary>
    public int ToeConnections { get; init; }
}
