using NicEmu.Driver.Ktls;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>What one run of <see cref="ResyncScript"/> is made of.</summary>
/// <param name="Strategy">The strategy.</param>
/// <param name="Loss">Probability that a segment is lost, each time that it is sent.</param>
/// <param name="Record">Content bytes of every record, 1 to 16384.</param>
/// <param name="Mss">Bytes of a segment.</param>
/// <param name="Burst">Bytes of new data in one request, cut down to whole segments or, if aligned, to whole records; at least one of them.</param>
/// <param name="Aligned">Whether each request begins with a record.</param>
/// <param name="Bytes">Bytes of new data after which the run ends.</param>
internal sealed record ResyncRun(TxStrategy Strategy, double Loss, int Record, int Mss, int Burst, bool Aligned, long Bytes)
{
    /// <summary>Header, explicit nonce and tag of TLS 1.2 with GCM.</summary>
    public const int Overhead = 5 + 8 + 16;

    /// <summary>Longest payload of a request: with headers it must fit into one IP packet.</summary>
    public const int LongestRequest = ushort.MaxValue - 40;

    /// <summary>Bytes of a record on the wire.</summary>
    public int RecordLength => Record + Overhead;

    /// <summary>Bytes of new data in one request.</summary>
    public int Request
    {
        get
        {
            int unit = Aligned ? RecordLength : Mss;
            return Math.Max(1, Math.Min(Burst, LongestRequest) / unit) * unit;
        }
    }

    /// <summary>New bytes between a loss and its repair: more than a record, so that the way back to new data leads out of it.</summary>
    public long WindowBytes => Math.Max(64 * Mss, 64 * 1024);
}
