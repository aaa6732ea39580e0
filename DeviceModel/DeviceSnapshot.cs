using System.Collections.Immutable;
using NicEmu.DeviceModel.Core;

namespace NicEmu.DeviceModel;

/// <summary>The whole state of a device and its firmware at one instant, keys included: as secret as the device itself. It never changes.</summary>
public sealed record DeviceSnapshot
{
    /// <summary>Version that this build writes and reads.</summary>
    public const int CurrentVersion = 1;

    internal DeviceSnapshot(ImmutableArray<byte> hardware, CoreSnapshot core)
    {
        Hardware = hardware;
        Core = core;
    }

    /// <summary>Version of the format.</summary>
    public int Version { get; } = CurrentVersion;

    /// <summary>Registers, configuration space, queues, interrupts, firmware and timers, each part behind its own mark and version.</summary>
    public ImmutableArray<byte> Hardware { get; }

    internal CoreSnapshot Core { get; }
}
