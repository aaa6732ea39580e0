using NicEmu.Driver.Memory;
using NicEmu.Spec.Seams;

namespace NicEmu.Driver.Paths;

/// <summary>What a server of one file finds on its host.</summary>
public sealed record ServeEnvironment
{
    /// <summary>Time.</summary>
    public required IScheduler Scheduler { get; init; }

    /// <summary>Where memory comes from.</summary>
    public required IDeviceBus Bus { get; init; }

    /// <summary>Counts what crosses memory.</summary>
    public required MemoryMeter Meter { get; init; }

    /// <summary>The file.</summary>
    public required CachedFile File { get; init; }

    /// <summary>Pages for what sockets hold; each path takes its own copies here, if it makes any.</summary>
    public required PagePool SocketPages { get; init; }

    /// <summary>Content bytes of a record, or of one read where there are no records: 63 to 16384.</summary>
    public int RecordPayload { get; init; } = 16384;

    /// <summary>Looks at what enters sockets; null for nobody.</summary>
    public ISocketFilter? Filter { get; init; }
}
