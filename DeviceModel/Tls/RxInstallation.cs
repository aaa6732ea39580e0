using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>What a receive context is made from.</summary>
internal readonly record struct RxInstallation
{
    /// <summary>Bytes of an unanswered request's budget when none is given.</summary>
    public const uint DefaultBudgetBytes = 65536;

    /// <summary>Microseconds of an unanswered request's budget when none are given.</summary>
    public const uint DefaultBudgetUs = 2500;

    /// <summary>Failed tags between two events when no number is given.</summary>
    public const uint DefaultThreshold = 16;

    /// <summary>Key object.</summary>
    public ulong Key { get; init; }

    /// <summary>TLS version.</summary>
    public TlsVersion Version { get; init; }

    /// <summary>IV.</summary>
    public RecordIv Iv { get; init; }

    /// <summary>Number of the first record.</summary>
    public ulong RecordNumber { get; init; }

    /// <summary>TCP sequence number of its first byte.</summary>
    public uint StartSequence { get; init; }

    /// <summary>Receive queue; shown, not checked.</summary>
    public ushort Queue { get; init; }

    /// <summary>Bytes that must pass before an unanswered request expires; 0: <see cref="DefaultBudgetBytes"/>.</summary>
    public uint BudgetBytes { get; init; }

    /// <summary>Microseconds that must pass as well; 0: <see cref="DefaultBudgetUs"/>.</summary>
    public uint BudgetUs { get; init; }

    /// <summary>Failed tags between two events; 0: <see cref="DefaultThreshold"/>.</summary>
    public uint AuthenticationThreshold { get; init; }
}
