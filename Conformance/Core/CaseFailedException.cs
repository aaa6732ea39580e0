namespace NicEmu.Conformance.Core;

/// <summary>What was observed is not what is required.</summary>
public sealed class CaseFailedException : Exception
{
    /// <summary>Creates the exception without a text.</summary>
    public CaseFailedException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was expected and what was seen.</param>
    public CaseFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was expected and what was seen.</param>
    /// <param name="innerException">Cause.</param>
    public CaseFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
