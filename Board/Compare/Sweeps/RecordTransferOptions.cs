using NicEmu.Driver.Ktls;
using NicEmu.Net;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>What a <see cref="RecordTransfer"/> is made of.</summary>
/// <param name="Loss">Probability that a segment of the sender is lost.</param>
/// <param name="Record">Content of a record in bytes.</param>
/// <param name="Records">Records sent.</param>
/// <param name="Tcp">Parameters of both ends.</param>
internal sealed record RecordTransferOptions(double Loss, int Record, int Records, TcpConfig Tcp)
{
    /// <summary>Whether every record begins with a segment; else the stream is cut wherever it happens.</summary>
    public bool IsAligned { get; init; }

    /// <summary>What the sender's driver does about segments out of order; null if its software encrypts.</summary>
    public TxStrategy? Strategy { get; init; }

    /// <summary>Hears of every segment with content that the sender's card sends: offsets in the stream of its first byte and behind its last; null for nobody.</summary>
    public Action<long, long>? Sent { get; init; }
}
