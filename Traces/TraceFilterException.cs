namespace NicEmu.Traces;

/// <summary>A filter expression is wrong.</summary>
public sealed class TraceFilterException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public TraceFilterException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong.</param>
    public TraceFilterException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">The cause.</param>
    public TraceFilterException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception for a place in the expression.</summary>
    /// <param name="column">Column of the wrong word, from 1.</param>
    /// <param name="message">What is wrong.</param>
    public TraceFilterException(int column, string message)
        : base($"Column {column}: {message}") => Column = column;

    /// <summary>Column of the wrong word, from 1; 0 when unknown.</summary>
    public int Column { get; }
}
