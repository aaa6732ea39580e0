namespace NicEmu.Driver.Paths;

/// <summary>A server's part in a TLS handshake that runs in its program.</summary>
public interface IServedHandshake
{
    /// <summary>Whether it has ended, well or not, with its last bytes given to the socket.</summary>
    bool IsEnded { get; }

    /// <summary>Why it failed; null when it did not.</summary>
    string? Failure { get; }
}
