namespace NicEmu.Net;

/// <summary>In-order bytes that all arrived under one mark; valid until the next call on the stack or one of its connections.</summary>
public readonly ref struct ReceivedChunk
{
    internal ReceivedChunk(uint sequence, int length, ReadOnlySpan<byte> bytes, int mark)
    {
        Sequence = sequence;
        Length = length;
        Bytes = bytes;
        Mark = mark;
    }

    /// <summary>Sequence number of the first byte.</summary>
    public uint Sequence { get; }

    /// <summary>Bytes, at least 1.</summary>
    public int Length { get; }

    /// <summary>The bytes; none where the caller keeps them.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>What the caller of <c>Input</c> attached to the frame that brought these bytes.</summary>
    public int Mark { get; }
}
