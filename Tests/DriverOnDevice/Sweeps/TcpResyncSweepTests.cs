using NicEmu.Board;
using NicEmu.Board.Compare.Sweeps;
using NicEmu.Driver.Ktls;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Sweeps;

/// <summary>With TCP above: from the segments on the wire alone the model tells what the card must have read in vain.</summary>
public sealed class TcpResyncSweepTests
{
    [Test, Combinatorial]
    public void Measure_SettingsOfNoTable_CardCountsWhatTheModelSays(
        [Values] TxStrategy strategy, [Values(0.004, 0.08)] double loss, [Values(333, 6000, 16384)] int record, [Values(700, 1448, 8000)] int mss)
    {
        SweepPoint point = Measure(strategy, loss, record, mss, 700_000);

        Assert.That(point["delta"], Is.EqualTo(point["predicted"]));
        Assert.That(point["new-bytes"], Is.EqualTo(700_000 / (record + 22) * (record + 22)));
        if (loss > 0.01) Assert.That((point["segments-lost"], point["p"]), Is.GreaterThan((0.0, 0.0)));
    }

    [Test]
    public void Measure_LittleLoss_IsNearTheFormula([Values(536, 1448)] int mss)
    {
        SweepPoint point = Measure(TxStrategy.Rebuild, 0.005, 16384, mss, 60L * 1000 * mss);

        // A tenth: retransmissions of one window share prefixes, which the formula does not know.
        Assert.That(point["delta"], Is.EqualTo(point["formula"]).Within(15).Percent);
    }

    private static SweepPoint Measure(TxStrategy strategy, double loss, int record, int mss, long bytes) =>
        new(TcpResyncSweep.Definition, 0, [(int)strategy, loss, record, mss, .. TcpResyncSweep.Measure(strategy, loss, record, mss, bytes, new SeededRandom(6), CancellationToken.None)]);
}
