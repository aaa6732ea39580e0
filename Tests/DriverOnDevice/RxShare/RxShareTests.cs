using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.RxShare;

/// <summary>How many records the card decrypts alone when segments are lost: f0·(1−p)^(R/M), data-paths §4.4. docs/resync-cost.md has the table.</summary>
[TestFixture]
public sealed class RxShareTests
{
    private const double Points = 0.05;

    private static readonly double[] Losses = [0.001, 0.005, 0.01, 0.02, 0.05];

    [TestCase(0.01, 4096, 1448, 800)]
    [TestCase(0.05, 4096, 1448, 800)]
    [TestCase(0.02, 16384, 1448, 300)]
    public void Share_TwoRecordsInFlight_FitsTheModel(double loss, int record, int mss, int records)
    {
        double atNoLoss = new RxShareRun(0, record, mss, 2, 50).Measure().Entirely;
        RxShareRun run = new RxShareRun(loss, record, mss, 2, records).Measure();

        TestContext.Out.WriteLine(run.Row(atNoLoss));
        Assert.That(atNoLoss, Is.EqualTo(1), "nothing is lost");
        Assert.That(run.Entirely, Is.EqualTo(run.Predicted(atNoLoss)).Within(Points));
    }

    [TestCase(0.02, 4096, 1448, 800)]
    [TestCase(0.05, 4096, 1448, 800)]
    [TestCase(0.02, 16384, 536, 300)]
    public void Share_RecordsBeginAnywhere_FitsTheModelOfBoth(double loss, int record, int mss, int records)
    {
        double atNoLoss = new RxShareRun(0, record, mss, 2, 50, IsAligned: false).Measure().Entirely;
        RxShareRun run = new RxShareRun(loss, record, mss, 2, records, IsAligned: false).Measure();

        TestContext.Out.WriteLine(run.Row(atNoLoss));
        Assert.That(run.Entirely, Is.EqualTo(run.PredictedAnywhere(atNoLoss)).Within(Points));
    }

    [Test, Combinatorial, Category("Long")]
    public void Share_SweepAnywhere_FitsTheModelOfBoth([ValueSource(nameof(Losses))] double loss, [Values(4096, 8192, 16384)] int record, [Values(536, 1448)] int mss)
    {
        double atNoLoss = new RxShareRun(0, record, mss, 2, 50, IsAligned: false).Measure().Entirely;
        RxShareRun run = new RxShareRun(loss, record, mss, 2, 6000, IsAligned: false).Measure();

        TestContext.Out.WriteLine(run.Row(atNoLoss));
        Assert.That(run.Entirely, Is.EqualTo(run.PredictedAnywhere(atNoLoss)).Within(Points));
    }

    [Test, Combinatorial, Category("Long")]
    public void Share_Sweep_FitsTheModel([ValueSource(nameof(Losses))] double loss, [Values(4096, 8666, 16384)] int record, [Values(536, 1448)] int mss)
    {
        double atNoLoss = new RxShareRun(0, record, mss, 2, 50).Measure().Entirely;
        RxShareRun run = new RxShareRun(loss, record, mss, 2, 1500).Measure();

        TestContext.Out.WriteLine(run.Row(atNoLoss));
        Assert.That(run.Entirely, Is.EqualTo(run.Predicted(atNoLoss)).Within(Points));
    }

    /// <summary>
    /// More records behind a gap are more that the card cannot begin, and a record that begins within a packet of one that was skipped is not delivered decrypted
    /// from its first byte. The model says nothing of either, so these are reported, and the data judged.
    /// </summary>
    [Test, Combinatorial, Category("Long")]
    public void Share_OtherStreams_AreReported([ValueSource(nameof(Losses))] double loss, [Values(4096, 16384)] int record, [Values(2, 8)] int window, [Values] bool aligned)
    {
        double atNoLoss = new RxShareRun(0, record, 1448, window, 50, aligned).Measure().Entirely;
        RxShareRun run = new RxShareRun(loss, record, 1448, window, 1000, aligned).Measure();

        TestContext.Out.WriteLine(run.Row(atNoLoss));
        Assert.That(run.Entirely, Is.LessThanOrEqualTo(run.Predicted(atNoLoss) + Points));
    }
}
