namespace NicEmu.Board.Links;

/// <summary>A TAP device cannot be used here. The message says why and what to do; it is fit to be shown to a user.</summary>
public sealed class TapUnavailableException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public TapUnavailableException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Why, and what to do.</param>
    public TapUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">Why, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public TapUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
