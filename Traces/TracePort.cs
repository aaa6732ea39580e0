using NicEmu.Spec.Events;

namespace NicEmu.Traces;

/// <summary>The four views of one device that events are sorted into.</summary>
public static class TracePort
{
    /// <summary>The port of the device.</summary>
    public const string Wire = "wire";

    /// <summary>Frames between driver and device.</summary>
    public const string Host = "host";

    /// <summary>Plaintext of TLS records.</summary>
    public const string Plain = "plain";

    /// <summary>Everything that is neither frame nor plaintext.</summary>
    public const string Device = "device";

    /// <summary>The view of a kind of event.</summary>
    /// <param name="kind">The kind.</param>
    public static string Of(TraceEventKind kind) => kind switch
    {
        TraceEventKind.FrameSent or TraceEventKind.FrameReceived => Wire,
        TraceEventKind.HostFrameSent or TraceEventKind.HostFrameReceived => Host,
        TraceEventKind.RecordPlaintext => Plain,
        _ => Device,
    };

    /// <summary>Direction of an event as its interface sees it.</summary>
    /// <param name="e">The event.</param>
    public static PacketDirection DirectionOf(in TraceEvent e) => e.Kind switch
    {
        TraceEventKind.FrameSent or TraceEventKind.HostFrameSent => PacketDirection.Outbound,
        TraceEventKind.FrameReceived or TraceEventKind.HostFrameReceived => PacketDirection.Inbound,
        TraceEventKind.RecordPlaintext => (e.Flags & 1) != 0 ? PacketDirection.Inbound : PacketDirection.Outbound,
        _ => PacketDirection.Unknown,
    };
}
