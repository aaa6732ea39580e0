namespace NicEmu.Net;

/// <summary>In-order bytes that all arrived under one mark; valid until the next call on the stack or one of its connections.</summary>
public readonly ref struct ReceivedChunk
{
    internal ReceivedChunk(uint sequence, ReadOnlySpan<byte> bytes, int mark)
    {
        Sequence = sequence;
        Bytes = bytes;
        Mark = mark;
    }

    /// <summary>Sequence number of the first byte.</summary>
    public uint Sequence { get; }

    /// <summary>At least one byte.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>What the caller of <c>Input</c> attached to the frame that brought these bytes.</summary>
    public int Mark { get; }
}
