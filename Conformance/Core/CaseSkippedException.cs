namespace NicEmu.Conformance.Core;

/// <summary>The case cannot be judged here.</summary>
public sealed class CaseSkippedException : Exception
{
    /// <summary>Creates the exception without a text.</summary>
    public CaseSkippedException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is missing.</param>
    public CaseSkippedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is missing.</param>
    /// <param name="innerException">Cause.</param>
    public CaseSkippedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
