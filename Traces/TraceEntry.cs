using NicEmu.Spec.Events;

namespace NicEmu.Traces;

/// <summary>One entry of a trace file of any format.</summary>
public sealed record TraceEntry
{
    /// <summary>Name of the interface, such as <c>nic0-wire</c>; empty when the file gives none.</summary>
    public required string Interface { get; init; }

    /// <summary>Link type of <see cref="Data"/>, see <see cref="LinkTypes"/>; -1 for events that are not packets.</summary>
    public required int LinkType { get; init; }

    /// <summary>Time in nanoseconds.</summary>
    public required long TimeNs { get; init; }

    /// <summary>Sent or received, when the file tells.</summary>
    public PacketDirection Direction { get; init; }

    /// <summary>Comment, or null.</summary>
    public string? Comment { get; init; }

    /// <summary>The packet, or the data of the event, as far as the file holds them.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Length of the data before it was cut, in bytes.</summary>
    public long OriginalLength { get; init; }

    /// <summary>The event; null for a packet that is of none of our interfaces.</summary>
    public TraceEvent? Event { get; init; }
}
