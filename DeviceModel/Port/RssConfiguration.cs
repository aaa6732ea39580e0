namespace NicEmu.DeviceModel.Port;

/// <summary>Receive-side scaling of a port.</summary>
internal sealed record RssConfiguration
{
    /// <summary>Everything to queue 0.</summary>
    public static readonly RssConfiguration Off = new();

    /// <summary>Hashes that are computed; with none every frame goes to queue 0.</summary>
    public RssHashType Types { get; init; }

    /// <summary>Toeplitz key, 40 bytes; may be empty when no hash is computed.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>Queue numbers; a power of two of entries, picked by the low bits of the hash. Numbers beyond the queues mean queue 0.</summary>
    public ReadOnlyMemory<byte> Table { get; init; }
}
