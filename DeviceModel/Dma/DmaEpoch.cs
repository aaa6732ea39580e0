namespace NicEmu.DeviceModel.Dma;

/// <summary>The lifetime of one state object that may use the bus. Once ended, every transaction under it is refused: work of before a reset cannot touch memory after it.</summary>
internal sealed class DmaEpoch
{
    /// <summary>Whether transactions are still allowed.</summary>
    public bool IsCurrent { get; private set; } = true;

    /// <summary>Ends the epoch; it never begins again.</summary>
    public void End() => IsCurrent = false;
}
