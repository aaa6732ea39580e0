namespace NicEmu.Cli;

/// <summary>Something outside NicEmu is missing or refused: the message names it and what to do. Exit code 3.</summary>
internal sealed class EnvironmentFault : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public EnvironmentFault()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is missing and what to do.</param>
    public EnvironmentFault(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What is missing and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public EnvironmentFault(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
