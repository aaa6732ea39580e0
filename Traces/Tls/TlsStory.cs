namespace NicEmu.Traces.Tls;

/// <summary>What a capture tells about TLS.</summary>
public sealed record TlsStory
{
    /// <summary>Format of the file.</summary>
    public required TraceFormat Format { get; init; }

    /// <summary>Packets read, all interfaces together.</summary>
    public required int Packets { get; init; }

    /// <summary>TCP segments among them.</summary>
    public required int Segments { get; init; }

    /// <summary>TCP connections among them.</summary>
    public required int TcpConnections { get; init; }

    /// <summary>Secrets found in the file and the key log.</summary>
    public required int Secrets { get; init; }

    /// <summary>The TLS connections.</summary>
    public required IReadOnlyList<TlsConnectionStory> Connections { get; init; }

    /// <summary>Remarks on the file as a whole.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Where and why reading ended before the file's end; null when it did not.</summary>
    public string? Damage { get; init; }
}
