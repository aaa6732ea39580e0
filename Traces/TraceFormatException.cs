namespace NicEmu.Traces;

/// <summary>A trace file is damaged, truncated, or of no known format. Says where, so that the file can be looked at with a hex viewer.</summary>
public sealed class TraceFormatException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public TraceFormatException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and where.</param>
    public TraceFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What is wrong and where.</param>
    /// <param name="innerException">The cause.</param>
    public TraceFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception for a place in a file.</summary>
    /// <param name="offset">Byte offset of the block, or number of the line, that is wrong.</param>
    /// <param name="message">What is wrong and where.</param>
    public TraceFormatException(long offset, string message)
        : base(message) => Offset = offset;

    /// <summary>Byte offset of the block (pcapng) or number of the line (JSON lines) that is wrong; -1 when unknown.</summary>
    public long Offset { get; } = -1;
}
