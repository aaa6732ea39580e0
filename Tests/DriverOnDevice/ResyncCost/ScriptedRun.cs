using NicEmu.Driver.Ktls;

namespace NicEmu.Tests.DriverOnDevice.ResyncCost;

/// <summary>What a scripted run is made of.</summary>
/// <param name="Strategy">The strategy.</param>
/// <param name="Loss">Probability that a segment is lost.</param>
/// <param name="RecordPayload">Content bytes of every record.</param>
/// <param name="Mss">Bytes of a segment.</param>
/// <param name="Retransmissions">Segments sent again before the end.</param>
/// <param name="Seed">Decides what is lost.</param>
internal sealed record ScriptedRun(TxStrategy Strategy, double Loss, int RecordPayload, int Mss, int Retransmissions, int Seed)
{
    /// <summary>New bytes between a loss and its repair: more than a record, so that the way back leads out of it.</summary>
    public long WindowBytes => Math.Max(64 * Mss, 64 * 1024);
}
