namespace NicEmu.DeviceModel.Tls;

/// <summary>What a handle turned out to be.</summary>
internal enum HandleState : byte
{
    /// <summary>It names a live object.</summary>
    Live,

    /// <summary>It named an object that is gone: its generation or epoch is past.</summary>
    Stale,

    /// <summary>It was never given out: another kind, an index beyond the table, or a generation or epoch still to come.</summary>
    Invalid,
}
