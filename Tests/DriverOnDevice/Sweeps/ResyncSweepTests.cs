using NicEmu.Board;
using NicEmu.Board.Compare.Sweeps;
using NicEmu.Driver.Ktls;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Sweeps;

/// <summary>What the card counts for retransmissions is what the model says, to the byte, and what the formulas say, where they are about it.</summary>
public sealed class ResyncSweepTests
{
    // data-paths §4.3 has three digits of its own chance; ours comes on top.
    private const double CitedTolerance = 0.10;

    [Test, Combinatorial]
    public void Script_SettingsOfNoTable_CardCountsWhatTheModelSays(
        [Values] TxStrategy strategy, [Values(0.003, 0.13)] double loss, [Values(100, 777, 5000, 16384)] int record, [Values(216, 1000, 8000)] int mss, [Values] bool aligned)
    {
        var run = new ResyncRun(strategy, loss, record, mss, 9999, aligned, 600_000);
        using var script = new ResyncScript(run, new SeededRandom((ulong)(record + mss)));

        script.Run();

        Assert.That(script.CountedBack + script.CountedForward, Is.EqualTo(script.Model.Bytes));
        Assert.That(script.CountedForward, Is.EqualTo(script.Model.ForNewBytes));
        Assert.That(script.Counters.TxTlsReplayBytes + script.Counters.TxTlsWasteBytes, Is.EqualTo(script.Model.Bytes), "the driver's count");
        Assert.That(script.NewBytes, Is.GreaterThanOrEqualTo(run.Bytes));
    }

    [Test]
    public void Script_Losses_CostSomething([Values(TxStrategy.Reposition, TxStrategy.Rebuild, TxStrategy.Range)] TxStrategy strategy)
    {
        using var script = new ResyncScript(new(strategy, 0.05, 4096, 1448, 2896, false, 3_000_000), new SeededRandom(3));

        script.Run();

        Assert.That(script.Retransmissions, Is.GreaterThan(50));
        Assert.That(script.CountedBack, Is.Positive);
    }

    [Test]
    public void Script_NextRecord_LeavesItToSoftware()
    {
        using var script = new ResyncScript(new(TxStrategy.NextRecord, 0.05, 4096, 1448, 2896, false, 1_000_000), new SeededRandom(3));

        script.Run();

        Assert.That(script.Model.Bytes, Is.Zero);
        Assert.That(script.Counters.TxTlsFallback, Is.EqualTo(script.Retransmissions).And.Positive);
    }

    [TestCase(TxStrategy.Rebuild, 1024, 536, 0.02)]
    [TestCase(TxStrategy.Rebuild, 3000, 700, 0.01)]
    [TestCase(TxStrategy.Range, 1024, 536, 0.02)]
    [TestCase(TxStrategy.Reposition, 1024, 536, 0.02)]
    public void Measure_AssumptionsHold_FormulasHold(TxStrategy strategy, int record, int mss, double loss) => AssertFormulas(strategy, record, mss, loss);

    [Test, Combinatorial, Category("Long")]
    public void Measure_LongSweep_FormulasHold(
        [Values(TxStrategy.Reposition, TxStrategy.Rebuild, TxStrategy.Range)] TxStrategy strategy, [Values(1024, 6000, 16384)] int record, [Values(1448, 8948)] int mss) => AssertFormulas(strategy, record, mss, 0.02);

    /// <summary>data-paths §4.3: the ConnectX-6 rule and the T6 rule for bursts of two segments, of 62 KB, and of records.</summary>
    [TestCase(TxStrategy.Rebuild, 0.05, 2896, false)]
    [TestCase(TxStrategy.Rebuild, 0.02, 63488, false)]
    [TestCase(TxStrategy.Rebuild, 0.05, 63488, false)]
    [TestCase(TxStrategy.Rebuild, 0.05, 63488, true)]
    [TestCase(TxStrategy.Range, 0.05, 63488, false, Category = "Long")]
    [TestCase(TxStrategy.Rebuild, 0.02, 2896, false, Category = "Long")]
    [TestCase(TxStrategy.Rebuild, 0.01, 63488, false, Category = "Long")]
    public void Measure_SettingsOfTheMonteCarlo_AreNearIt(TxStrategy strategy, double loss, int burst, bool aligned)
    {
        // Where one segment in ten pays, ten times as many are needed.
        long bytes = strategy == TxStrategy.Range ? 900_000_000 : (long)(2_000_000 / loss);

        SweepPoint point = Measure(new(strategy, loss, 16384, 1448, burst, aligned, bytes));

        Assert.That(point["delta-back"], Is.EqualTo(point["cited-back"]).Within(100 * CitedTolerance).Percent);
        Assert.That(point["delta-forward"], Is.EqualTo(point["cited-forward"]).Within(100 * CitedTolerance).Percent);
    }

    private static void AssertFormulas(TxStrategy strategy, int record, int mss, double loss)
    {
        var run = new ResyncRun(strategy, loss, record, mss, 2 * mss, false, 0);

        SweepPoint point = Measure(run with { Bytes = (long)(1.15 * ResyncSweep.Enough(run) * mss / loss) });

        SweepJudgement judgement = SweepJudgement.Of(new SweepResult(ResyncSweep.Definition, [point], 1, true));
        Assert.That(judgement, Is.EqualTo(new SweepJudgement(1, 1, 0, 1, 0)), string.Join(' ', point.Values));
    }

    private static SweepPoint Measure(ResyncRun run)
    {
        double[] axes = [(int)run.Strategy, run.Loss, run.Record, run.Mss, run.Burst, run.Aligned ? 1 : 0];
        return new SweepPoint(ResyncSweep.Definition, 0, [.. axes, .. ResyncSweep.Measure(run, new SeededRandom(11), CancellationToken.None)]);
    }
}
