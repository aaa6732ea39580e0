using NicEmu.Board;
using NicEmu.Board.Compare.Sweeps;
using NicEmu.Driver.Ktls;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Sweeps;

/// <summary>In order, a card without a place reads R/2B or 1 - B/2R in vain (data-paths §4.2), and one with a place nothing.</summary>
public sealed class WasteSweepTests
{
    // On the wire 29 bytes more; settings of no table, on both sides of B = R and near it.
    [TestCase(16384, 1448)]
    [TestCase(16384, 16000)]
    [TestCase(16384, 17000)]
    [TestCase(3001, 1448)]
    [TestCase(3001, 40000)]
    [TestCase(9000, 20000)]
    public void Measure_Range_IsModelAndFormula(int record, int burst)
    {
        SweepPoint point = Measure(TxStrategy.Range, record, burst, 30_000_000);

        Assert.That(SweepJudgement.Of(new SweepResult(WasteSweep.Definition, [point], 1, true)), Is.EqualTo(new SweepJudgement(1, 1, 0, 1, 0)), string.Join(' ', point.Values));
        Assert.That(point["waste"], Is.Positive);
    }

    [Test]
    public void Measure_RecordsOfABurst_AreWastedNowhere()
    {
        // Four segments are a record and its 29 bytes: every burst begins with a record, which is not anywhere.
        SweepPoint point = Measure(TxStrategy.Range, (4 * 1448) - 29, 4 * 1448, 2_000_000);

        Assert.That((point["waste"], point["predicted"], point.Text("applies")), Is.EqualTo((0.0, 0.0, "no")));
    }

    [Test]
    public void Measure_CardWithAPlace_ReadsNothingInVain([Values(TxStrategy.Reposition, TxStrategy.Rebuild)] TxStrategy strategy, [Values(1448, 60000)] int burst)
    {
        SweepPoint point = Measure(strategy, 16384, burst, 3_000_000);

        Assert.That((point["waste"], point["formula"]), Is.EqualTo((0.0, 0.0)));
    }

    private static SweepPoint Measure(TxStrategy strategy, int record, int burst, long bytes)
    {
        var run = new ResyncRun(strategy, 0, record, 1448, burst, false, bytes);
        return new SweepPoint(WasteSweep.Definition, 0, [(int)strategy, record, burst, .. WasteSweep.Measure(run, new SeededRandom(2), CancellationToken.None)]);
    }
}
