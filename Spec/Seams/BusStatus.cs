namespace NicEmu.Spec.Seams;

/// <summary>Outcome of one bus-master transaction (DMA or interrupt message).</summary>
public enum BusStatus
{
    /// <summary>The transaction completed.</summary>
    Ok = 0,

    /// <summary>The address range is not mapped for the device, wholly or in part. Nothing was transferred.</summary>
    Unmapped = 1,

    /// <summary>Bus Master Enable is clear in the PCI command register (PCI 3.0 §6.2.2). Nothing was transferred.</summary>
    NotBusMaster = 2,

    /// <summary>The requester was reset since the work began; its transactions are refused.</summary>
    StaleEpoch = 3,

    /// <summary>The completer answered with an abort, or the device is gone.</summary>
    Aborted = 4,
}
