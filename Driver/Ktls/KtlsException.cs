namespace NicEmu.Driver.Ktls;

/// <summary>A call that kernel TLS refuses, with the error that Linux returns for it. Nothing has changed.</summary>
public sealed class KtlsException : InvalidOperationException
{
    /// <summary>A refusal without an error.</summary>
    public KtlsException()
    {
    }

    /// <summary>A refusal in words.</summary>
    public KtlsException(string message)
        : base(message)
    {
    }

    /// <summary>A refusal in words, with its cause.</summary>
    public KtlsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A refusal.</summary>
    /// <param name="error">The error.</param>
    /// <param name="message">What is wrong.</param>
    public KtlsException(KtlsError error, string message)
        : base(message) => Error = error;

    /// <summary>The error.</summary>
    public KtlsError Error { get; }
}
