namespace NicEmu.Spec.Events;

/// <summary>
/// One event. Which members mean something is told by <see cref="TraceEventKind"/>; the others are zero.
/// </summary>
public readonly record struct TraceEvent
{
    /// <summary>What happened.</summary>
    public required TraceEventKind Kind { get; init; }

    /// <summary>When, in picoseconds of virtual time.</summary>
    public long TimePs { get; init; }

    /// <summary>Number of the device on its board, from 0.</summary>
    public int Device { get; init; }

    /// <summary>Register offset or bus address.</summary>
    public ulong Address { get; init; }

    /// <summary>Register value, cookie, or a second code.</summary>
    public ulong Value { get; init; }

    /// <summary>Length in bytes.</summary>
    public int Length { get; init; }

    /// <summary>A status, verdict, opcode or state number.</summary>
    public int Code { get; init; }

    /// <summary>A queue, vector or BAR number.</summary>
    public int Index { get; init; }

    /// <summary>Bits described with the kind.</summary>
    public uint Flags { get; init; }

    /// <summary>TLS object that is concerned, 0 for none.</summary>
    public ulong Handle { get; init; }

    /// <summary>TLS record sequence number (RFC 8446 §5.3, RFC 5246 §6.1).</summary>
    public ulong RecordNumber { get; init; }

    /// <summary>TCP sequence number.</summary>
    public uint TcpSequence { get; init; }

    /// <summary>A constant text: a reason, a name, or a key log line.</summary>
    public string? Text { get; init; }
}
