namespace NicEmu.DeviceModel;

/// <summary>What a device is built with.</summary>
public sealed record NicDeviceOptions
{
    /// <summary>Size of the cache of expanded keys where none is given.</summary>
    public const int DefaultCachedKeys = 256;

    /// <summary>Expanded keys that the card keeps at a time, at least 1: its context cache.</summary>
    public int CachedKeys { get; init; } = DefaultCachedKeys;

    /// <summary>MAC address at power-on, first byte in bits 47..40.</summary>
    public ulong MacAddress { get; init; } = 0x02_4E_1D_00_00_01;

    /// <summary>Whether the transport keeps the MSI-X table, as under vfio-user: interrupts then go to the host port unmasked and without a message.</summary>
    public bool TransportOwnsMsixTable { get; init; }

    /// <summary>Whether the plaintext of records goes into the trace, where there is a sink. The model shows what a real card would not.</summary>
    public bool TracePlaintext { get; init; }

    /// <summary>Whether the card has a TCP offload engine.</summary>
    public bool Toe { get; init; }

    /// <summary>Connections that the engine's memory has room for, 1 to 1024.</summary>
    public int ToeConnections { get; init; } = Spec.Native.Toe.ToeDevice.DefaultConnections;
}
