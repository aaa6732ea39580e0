namespace NicEmu.DeviceModel.Pci;

/// <summary>What a function answers when software asks who it is (PCI 3.0 §6.2.1).</summary>
internal sealed record PciIdentity
{
    /// <summary>Vendor identifier.</summary>
    public required ushort VendorId { get; init; }

    /// <summary>Device identifier.</summary>
    public required ushort DeviceId { get; init; }

    /// <summary>Revision.</summary>
    public byte Revision { get; init; }

    /// <summary>Class code, 24 bits.</summary>
    public required uint ClassCode { get; init; }

    /// <summary>Subsystem vendor identifier.</summary>
    public ushort SubsystemVendorId { get; init; }

    /// <summary>Subsystem identifier.</summary>
    public ushort SubsystemId { get; init; }

    /// <summary>Number of MSI-X vectors, 1 to 2048.</summary>
    public required int Vectors { get; init; }

    /// <summary>Memory window of the MSI-X table and pending bits; the table begins at its offset 0.</summary>
    public required int MsixBar { get; init; }

    /// <summary>Offset of the pending bits in that window.</summary>
    public required uint MsixPendingOffset { get; init; }
}
