using NicEmu.Board;
using NicEmu.Board.Compare.Sweeps;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Sweeps;

/// <summary>How many records the receiving card decrypts alone (data-paths §4.4), and that nothing is lost of the others.</summary>
public sealed class ShareSweepTests
{
    [Test, Combinatorial]
    public void Measure_NoLoss_IsAllTheCards([Values(1000, 16384)] int record, [Values(1, 9)] int window, [Values] bool isAligned)
    {
        SweepPoint point = Measure(0, record, 1448, window, isAligned, 40);

        Assert.That((point["records"], point["entirely"], point["partly"], point["not"]), Is.EqualTo((40, 1, 0, 0)));
    }

    [TestCase(0.02, 16384, 1448, 1000)]
    [TestCase(0.03, 7000, 1000, 1000)]
    [TestCase(0.04, 3000, 1448, 1500)]
    [TestCase(0.10, 5000, 536, 600, Category = "Long")]
    [TestCase(0.04, 16384, 1448, 6000, Category = "Long")]
    public void Measure_TwoRecordsInFlight_FormulasHold(double loss, int record, int mss, int records)
    {
        SweepPoint point = Measure(loss, record, mss, 2, true, records);

        Assert.That(SweepJudgement.Of(new SweepResult(ShareSweep.Definition, [point], 1, true)), Is.EqualTo(new SweepJudgement(1, 0, 0, 1, 0)), string.Join(' ', point.Values));
        Assert.That(point["entirely"] + point["partly"] + point["not"], Is.EqualTo(1).Within(1e-12));
        Assert.That(point["segments-lost"], Is.Positive);
    }

    [Test]
    public void Measure_RecordsThatBeginAnywhere_AreOftenerPartly()
    {
        SweepPoint aligned = Measure(0.03, 16384, 1448, 2, true, 300);
        SweepPoint anywhere = Measure(0.03, 16384, 1448, 2, false, 300);

        Assert.That(anywhere["partly"], Is.GreaterThan(aligned["partly"]));
        Assert.That(anywhere.Text("applies"), Is.EqualTo("no"));
    }

    [Test]
    public void Settings_OfTheArtifact_StandBesideItsFigures()
    {
        SweepPoint point = Measure(0.0357, 16384, 1448, 2, true, 20);

        Assert.That((point["cited-entirely"], point["cited-partly"], point["cited-not"]), Is.EqualTo((0.525, 0.095, 0.379)));
        Assert.That(Measure(0.0357, 4096, 1448, 2, true, 20)["cited-entirely"], Is.NaN);
    }

    private static SweepPoint Measure(double loss, int record, int mss, int window, bool isAligned, int records) =>
        new(ShareSweep.Definition, 0, [loss, record, mss, window, isAligned ? 1 : 0, .. ShareSweep.Measure(loss, record, mss, window, isAligned, records, new SeededRandom(4), CancellationToken.None)]);
}
