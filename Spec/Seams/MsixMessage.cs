namespace NicEmu.Spec.Seams;

/// <summary>Address and data of one MSI-X message (PCI 3.0 §6.8.2).</summary>
/// <param name="Address">Bus address that the message is written to.</param>
/// <param name="Data">The 32-bit message data.</param>
public readonly record struct MsixMessage(ulong Address, uint Data);
