using NicEmu.DeviceModel;
using NicEmu.Driver.Memory;

namespace NicEmu.Board;

/// <summary>How one emulated machine is built.</summary>
public sealed record NicBoardOptions
{
    /// <summary>Number of the device on its loop; names and events carry it.</summary>
    public int Number { get; init; }

    /// <summary>Whether the device holds a program; without one it enumerates and stays at that.</summary>
    public bool HasFirmware { get; init; } = true;

    /// <summary>Expanded keys that the device keeps at a time, at least 1: its context cache.</summary>
    public int CachedKeys { get; init; } = NicDeviceOptions.DefaultCachedKeys;

    /// <summary>Whether firing timers of the device are events of the trace.</summary>
    public bool TraceTimers { get; init; }

    /// <summary>Whether the plaintext that the card sees is part of the trace.</summary>
    public bool TracePlaintext { get; init; }

    /// <summary>Whether the card has a TCP offload engine.</summary>
    public bool HasToe { get; init; }

    /// <summary>Connections that the engine has card memory for, 1 to 1024.</summary>
    public int ToeConnections { get; init; } = Spec.Native.Toe.ToeDevice.DefaultConnections;

    /// <summary>Source of randomness, for the network in front of the port.</summary>
    public ulong Seed { get; init; }

    /// <summary>Counts what the card does with the host's memory; null for no counting.</summary>
    public MemoryMeter? Meter { get; init; }
}
