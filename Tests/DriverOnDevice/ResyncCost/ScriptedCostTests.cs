using NicEmu.Board.Compare.Sweeps;
using NicEmu.Driver.Ktls;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.ResyncCost;

/// <summary>The cost of a retransmission: the model predicts it to the byte, and the closed formulas (data-paths §4.2) hold within five percent.</summary>
[TestFixture]
public sealed class ScriptedCostTests
{
    private const double Tolerance = 0.05;

    private static readonly TxStrategy[] Costly = [TxStrategy.Reposition, TxStrategy.Rebuild, TxStrategy.Range];

    [Test, Combinatorial]
    public void Cost_AnyLossRecordAndSegment_ModelPredictsEveryByte(
        [Values] TxStrategy strategy, [Values(0.01, 0.05)] double loss, [Values(1024, 5000, 16384)] int record, [Values(536, 1448, 8948)] int mss)
    {
        using ScriptedSender sender = Run(new(strategy, loss, record, mss, 100, record + mss));

        AssertExact(sender);
    }

    [Test, Combinatorial]
    public void Cost_LoneRetransmissions_FormulasHold([ValueSource(nameof(Costly))] TxStrategy strategy, [Values(1024, 16384)] int record, [Values(1448)] int mss)
    {
        using ScriptedSender sender = Run(new(strategy, 0.02, record, mss, Enough(record, mss), 11));

        AssertExact(sender);
        AssertFormulas(sender, strategy, 0.02, record, mss);
    }

    [Test, Combinatorial, Category("Long")]
    public void Cost_LongSweep_ModelAndFormulas(
        [ValueSource(nameof(Costly))] TxStrategy strategy, [Values(0.001, 0.005, 0.02)] double loss, [Values(1024, 4096, 16384)] int record, [Values(536, 1448, 8948)] int mss)
    {
        using ScriptedSender sender = Run(new(strategy, loss, record, mss, Enough(record, mss), 5));

        AssertExact(sender);
        AssertFormulas(sender, strategy, loss, record, mss);
    }

    [Test]
    public void Cost_NextRecord_IsNothing()
    {
        using ScriptedSender sender = Run(new(TxStrategy.NextRecord, 0.02, 16384, 1448, 500, 3));

        Assert.That(sender.PostedCost, Is.Zero);
        Assert.That(sender.Counters.TxTlsFallback, Is.EqualTo(500), "software has them all");
    }

    /// <summary>Where one segment in many touches a tag, so many more are needed until chance is below two percent.</summary>
    private static int Enough(int record, int mss) => Math.Max(2000, 4000 * record / mss);

    private static ScriptedSender Run(ScriptedRun run)
    {
        var sender = new ScriptedSender(run);
        sender.Run();
        return sender;
    }

    private static void AssertExact(ScriptedSender sender)
    {
        Assert.That(sender.PostedCost, Is.EqualTo(sender.Model.Bytes));
        Assert.That(sender.Counters.TxTlsReplayBytes + sender.Counters.TxTlsWasteBytes, Is.EqualTo(sender.Model.Bytes));
    }

    private static void AssertFormulas(ScriptedSender sender, TxStrategy strategy, double loss, int record, int mss)
    {
        double p = (double)sender.BytesAgain / sender.NewBytes;
        // The way back to new data is a price of retransmission; what a request in order wastes is not.
        double inOrder = strategy == TxStrategy.Range ? (double)sender.Model.ForNewBytes / sender.NewBytes : 0;
        double again = ((double)sender.Model.Bytes / sender.NewBytes) - inOrder;
        double forward = ResyncCostFormula.Forward(strategy, p, sender.RecordLength, mss, 2 * mss, aligned: false);
        double predicted = ResyncCostFormula.Back(strategy, p, sender.RecordLength, mss) + (strategy == TxStrategy.Range ? 0 : forward);
        double predictedInOrder = strategy == TxStrategy.Range ? forward : 0;
        TestContext.Out.WriteLine(FormattableString.Invariant(
            $"| {strategy} | {100 * loss:0.0} | {record} | {mss} | {sender.Retransmissions} | {p:0.00000} | {again:0.00000} | {predicted:0.00000} | {100 * ((again / predicted) - 1):+0.0;-0.0} | {inOrder:0.0000} | {predictedInOrder:0.0000} |"));

        Assert.That(again, Is.EqualTo(predicted).Within(100 * Tolerance).Percent);
        Assert.That(inOrder, Is.EqualTo(predictedInOrder).Within(100 * Tolerance).Percent);
        Assert.That(p, Is.EqualTo(loss / (1 - loss)).Within(10).Percent);
    }
}
