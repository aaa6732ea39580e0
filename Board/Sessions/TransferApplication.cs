using System.Security.Cryptography;
using NicEmu.Conformance.Oracle;

namespace NicEmu.Board.Sessions;

/// <summary>What one end of a transfer does above TLS: it makes bytes to send and takes bytes that arrived, without I/O of its own but source and sink.</summary>
internal abstract class TransferApplication
{
    private const long ReportEvery = 1 << 20;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _nextReport = ReportEvery;

    /// <summary>Content bytes that went through.</summary>
    public long Bytes { get; private set; }

    /// <summary>Called now and then with <see cref="Bytes"/>.</summary>
    public Action<long>? Progress { get; set; }

    /// <summary>Told the content before it is sent; null when nobody asks.</summary>
    public ContentGrams? Grams { get; set; }

    /// <summary>Why the end gave up; null when it did not.</summary>
    public string? Failure { get; protected set; }

    /// <summary>Whether its part is done: nothing more will be sent, and the connection may be closed.</summary>
    public abstract bool IsDone { get; }

    /// <summary>SHA-256 of the content so far in hexadecimal.</summary>
    public string Sha256 => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>Makes bytes to send.</summary>
    /// <param name="buffer">Receives them.</param>
    /// <returns>Their number; 0 when there is nothing to send now.</returns>
    public virtual int Produce(Span<byte> buffer) => 0;

    /// <summary>Takes bytes that arrived.</summary>
    /// <param name="bytes">The bytes.</param>
    public abstract void Consume(ReadOnlySpan<byte> bytes);

    /// <summary>The peer sends nothing more.</summary>
    public abstract void OnEnd();

    /// <summary>Counts and digests content.</summary>
    /// <param name="content">Content that was sent or received.</param>
    protected void Account(ReadOnlySpan<byte> content)
    {
        _hash.AppendData(content);
        Grams?.Add(content);
        Bytes += content.Length;
        if (Bytes >= _nextReport)
        {
            _nextReport = Bytes + ReportEvery;
            Progress?.Invoke(Bytes);
        }
    }
}
