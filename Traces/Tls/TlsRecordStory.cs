namespace NicEmu.Traces.Tls;

/// <summary>One TLS record in the order of the wire.</summary>
public sealed record TlsRecordStory
{
    /// <summary>Who sent it.</summary>
    public required TlsSide Side { get; init; }

    /// <summary>Outer content type (RFC 8446 §5.1).</summary>
    public required byte OuterType { get; init; }

    /// <summary>Content type; in TLS 1.3 the one inside, once opened.</summary>
    public required byte ContentType { get; init; }

    /// <summary>Place of its header in the TCP stream of its sender, in bytes from the first one captured.</summary>
    public required long Offset { get; init; }

    /// <summary>TCP sequence number of its first byte.</summary>
    public required uint TcpSequence { get; init; }

    /// <summary>Bytes on the wire, header included.</summary>
    public required int WireLength { get; init; }

    /// <summary>The packets that carried it, by their number in the file, from 1; those that repeated it included.</summary>
    public required IReadOnlyList<int> Frames { get; init; }

    /// <summary>Name of the secret under which it was protected; null in the clear.</summary>
    public string? Key { get; init; }

    /// <summary>Record sequence number under that key; null in the clear.</summary>
    public ulong? Number { get; init; }

    /// <summary>Whether it was in the clear or has been opened.</summary>
    public bool IsReadable { get; init; }

    /// <summary>Why it could not be read; null when it could.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether a key was there and authentication failed.</summary>
    public bool IsForged { get; init; }

    /// <summary>Explicit nonce bytes on the wire: 8 with TLS 1.2 and GCM, else 0.</summary>
    public int ExplicitNonceLength { get; init; }

    /// <summary>Bytes of content; -1 when not known.</summary>
    public int ContentLength { get; init; } = -1;

    /// <summary>TLS 1.3: zeros behind the inner type.</summary>
    public int Padding { get; init; }

    /// <summary>The static IV, or the salt of TLS 1.2 with GCM; empty when not known.</summary>
    public ReadOnlyMemory<byte> Iv { get; init; }

    /// <summary>The nonce, 12 bytes; empty when not known.</summary>
    public ReadOnlyMemory<byte> Nonce { get; init; }

    /// <summary>The additional authenticated data; empty in the clear or when not known.</summary>
    public ReadOnlyMemory<byte> Aad { get; init; }

    /// <summary>The first bytes of the content, at most <see cref="PreviewLength"/>.</summary>
    public ReadOnlyMemory<byte> Preview { get; init; }

    /// <summary>What it says, when it is no application data.</summary>
    public IReadOnlyList<TlsMessageStory> Messages { get; init; } = [];

    /// <summary>Ranges of it that the capture holds twice: packet, and bytes of the record.</summary>
    public IReadOnlyList<(int Frame, int Start, int End)> Repeats { get; init; } = [];

    /// <summary>What the card of our own traces did with it.</summary>
    public IReadOnlyList<string> Card { get; init; } = [];

    /// <summary>Most bytes of <see cref="Preview"/>.</summary>
    public const int PreviewLength = 64;
}
