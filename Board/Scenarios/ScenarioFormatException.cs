namespace NicEmu.Board.Scenarios;

/// <summary>A scenario file is wrong: the message says where, what, and what is expected instead.</summary>
public sealed class ScenarioFormatException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public ScenarioFormatException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong.</param>
    public ScenarioFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">The cause.</param>
    public ScenarioFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception with its place.</summary>
    /// <param name="file">Name of the file.</param>
    /// <param name="place">Where in it.</param>
    /// <param name="message">What is wrong and what is expected.</param>
    public ScenarioFormatException(string file, TextPlace place, string message)
        : base($"{file}:{place}: {message}")
    {
        Place = place;
    }

    /// <summary>Where; line 0 when there is no place.</summary>
    public TextPlace Place { get; }
}
