using System.Collections.Immutable;

namespace NicEmu.DeviceModel.Tls;

/// <summary>Everything that an engine holds, keys included: a snapshot is as secret as the device. What is staged is not part of it.</summary>
internal sealed record TlsEngineSnapshot
{
    /// <summary>Version that this build writes and reads.</summary>
    public const int CurrentVersion = 2;

    /// <summary>Version of the format.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Key objects, their generations and the cache.</summary>
    public required KeyTableSnapshot Keys { get; init; }

    /// <summary>Handles of transmit contexts.</summary>
    public required HandleTableSnapshot TxHandles { get; init; }

    /// <summary>Transmit contexts.</summary>
    public required ImmutableArray<TxContextSnapshot> Transmit { get; init; }

    /// <summary>Handles of receive contexts.</summary>
    public required HandleTableSnapshot RxHandles { get; init; }

    /// <summary>Receive contexts.</summary>
    public required ImmutableArray<RxContextSnapshot> Receive { get; init; }

    /// <summary>Counts of the engine and of contexts that are gone.</summary>
    public required TlsCounters Totals { get; init; }

    /// <summary>Refused descriptors by status.</summary>
    public required ImmutableArray<ulong> Refusals { get; init; }
}
