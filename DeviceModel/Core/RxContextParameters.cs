using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Core;

/// <summary>What a TLS receive context and its rule are made from.</summary>
internal readonly ref struct RxContextParameters
{
    /// <summary>Key object.</summary>
    public required ulong KeyHandle { get; init; }

    /// <summary>TLS version.</summary>
    public required TlsVersion Version { get; init; }

    /// <summary>Receive queue of the flow.</summary>
    public required int Queue { get; init; }

    /// <summary>Twelve IV bytes; TLS 1.2 with GCM uses the first four, the salt.</summary>
    public required ReadOnlySpan<byte> Iv { get; init; }

    /// <summary>TCP sequence number of the first byte of the first record.</summary>
    public required uint StartSequence { get; init; }

    /// <summary>Record sequence number of that record.</summary>
    public required ulong RecordNumber { get; init; }

    /// <summary>The flow, as its received packets carry it.</summary>
    public required FlowTuple Tuple { get; init; }

    /// <summary>Bytes that may pass before an unanswered search restarts; 0: 65536.</summary>
    public uint BudgetBytes { get; init; }

    /// <summary>Microseconds that must pass as well; 0: 2500.</summary>
    public uint BudgetUs { get; init; }

    /// <summary>Failed tags after which an event is raised; 0: 16.</summary>
    public uint AuthenticationThreshold { get; init; }
}
