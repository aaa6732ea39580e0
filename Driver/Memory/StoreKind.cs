namespace NicEmu.Driver.Memory;

/// <summary>How a processor stores. A label on counted stores: the bytes that move are the same.</summary>
public enum StoreKind
{
    /// <summary>Through the cache: a line is loaded before it is changed, which counts as <see cref="MemoryTraffic.WriteAllocate"/>.</summary>
    Ordinary = 0,

    /// <summary>Whole lines past the cache: nothing is loaded first.</summary>
    NonTemporal,
}
