using System.Collections.Immutable;
using NicEmu.DeviceModel.Port;
using NicEmu.DeviceModel.Tls;

namespace NicEmu.DeviceModel.Core;

/// <summary>Everything that an engine room holds, keys included: a snapshot is as secret as the device.</summary>
internal sealed record CoreSnapshot
{
    /// <summary>Version that this build writes and reads.</summary>
    public const int CurrentVersion = 2;

    /// <summary>Version of the format.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Reset epoch.</summary>
    public required ushort Epoch { get; init; }

    /// <summary>Counters.</summary>
    public required CoreStatistics Statistics { get; init; }

    /// <summary>What the driver configured.</summary>
    public required PortConfiguration Configuration { get; init; }

    /// <summary>Receive rules.</summary>
    public required FlowTableSnapshot Flows { get; init; }

    /// <summary>The port and its queue.</summary>
    public required MacPortSnapshot Port { get; init; }

    /// <summary>Keys and contexts.</summary>
    public required TlsEngineSnapshot Tls { get; init; }

    /// <summary>The one-shot place of each transmit queue.</summary>
    public required ImmutableArray<TxPositionSlot> Positions { get; init; }

    /// <summary>The parameters of each transmit queue that wait for a fence.</summary>
    public required ImmutableArray<TxParameterSlot> Parameters { get; init; }
}
