namespace NicEmu.Traces.Tls;

/// <summary>One TLS connection of a capture.</summary>
public sealed record TlsConnectionStory
{
    /// <summary>Number in the file, from 1.</summary>
    public required int Index { get; init; }

    /// <summary>From client to server.</summary>
    public required TcpFlow Flow { get; init; }

    /// <summary>Name of the interface that saw it, empty when the file gives none.</summary>
    public required string Interface { get; init; }

    /// <summary>First and last packet, by their number in the file.</summary>
    public required (int First, int Last) Frames { get; init; }

    /// <summary>What was agreed, in words: version, cipher suite, group, server name; as far as it was seen.</summary>
    public required IReadOnlyList<string> Agreement { get; init; }

    /// <summary>Version, for example <c>TLS 1.3</c>; null when no ServerHello was seen.</summary>
    public string? Version { get; init; }

    /// <summary>Cipher suite by its registered name; null when no ServerHello was seen.</summary>
    public string? CipherSuite { get; init; }

    /// <summary>Name that the client asked for (server_name, RFC 6066 §3); null for none.</summary>
    public string? ServerName { get; init; }

    /// <summary>Labels of the secrets that the key log has for it.</summary>
    public required IReadOnlyList<string> Secrets { get; init; }

    /// <summary>Its records in the order in which they were complete on the wire.</summary>
    public required IReadOnlyList<TlsRecordStory> Records { get; init; }

    /// <summary>What else is to be said: gaps, missing secrets, what can be seen all the same.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Whether a record or a Finished message proved wrong although the key was there.</summary>
    public bool HasForgery { get; init; }
}
