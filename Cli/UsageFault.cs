namespace NicEmu.Cli;

/// <summary>The command line or an input file is wrong: the message says what and how to mend it. Exit code 2.</summary>
internal sealed class UsageFault : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public UsageFault()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and how to mend it.</param>
    public UsageFault(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What is wrong and how to mend it.</param>
    /// <param name="innerException">The cause.</param>
    public UsageFault(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
