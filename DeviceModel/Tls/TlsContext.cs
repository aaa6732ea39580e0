using NicEmu.Spec.Core;

namespace NicEmu.DeviceModel.Tls;

/// <summary>What contexts of both directions have in common: a handle, a key, and the descriptors that name them.</summary>
internal abstract class TlsContext(ObjectHandle handle, KeyMaterial key)
{
    public ObjectHandle Handle { get; } = handle;

    public KeyMaterial Key { get; } = key;

    /// <summary>Queued descriptors that name the context.</summary>
    public int References { get; set; }

    /// <summary>Removal waits for the last reference.</summary>
    public bool IsDraining { get; set; }

    public abstract ref TlsCounters Counters { get; }

    /// <summary>Wipes what is left of records in progress.</summary>
    public abstract void Forget();
}
