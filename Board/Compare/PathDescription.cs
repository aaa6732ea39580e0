namespace NicEmu.Board.Compare;

/// <summary>What can be said of a data path before it runs.</summary>
/// <param name="Id">Short name, as <c>nicemu compare --rows</c> takes it.</param>
/// <param name="Title">Name for readers.</param>
/// <param name="Model">What it is expected to move.</param>
public sealed record PathDescription(string Id, string Title, PathModel Model)
{
    /// <summary>Who encrypts, or decrypts where that is what the path is about.</summary>
    public required string CryptoBy { get; init; }

    /// <summary>Where bytes that are sent again come from.</summary>
    public required string RetransmitSource { get; init; }

    /// <summary>Whether bytes are sent again from the card's own memory, so that the host's is not read again.</summary>
    public bool RetransmitsFromCard { get; init; }

    /// <summary>What the card keeps for a connection.</summary>
    public string CardState { get; init; } = "nothing";

    /// <summary>Bytes that the card keeps for a connection.</summary>
    public long CardStateBytes { get; init; }

    /// <summary>What happens without being counted, each a sentence.</summary>
    public IReadOnlyList<string> NotCounted { get; init; } = [];

    /// <summary>Whether the stream on the wire is TLS.</summary>
    public bool IsTls { get; init; } = true;

    /// <summary>Whether the card encrypts, so that a segment differs before and behind it.</summary>
    public bool CardEncrypts { get; init; }

    /// <summary>Whether keys follow from the seed, so that the records are the same in every path.</summary>
    public bool IsSeeded { get; init; } = true;
}
