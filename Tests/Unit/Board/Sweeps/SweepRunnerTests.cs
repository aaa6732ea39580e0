using NicEmu.Board.Compare.Sweeps;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Board.Sweeps;

/// <summary>Order, seeds, shards, cancellation and judgement of sweeps.</summary>
public sealed class SweepRunnerTests
{
    [Test]
    public void Run_AnyNumberOfThreads_IsTheSame([Values(1, 2, 5)] int threads)
    {
        string one = SweepCsvTests.Text(SweepRunner.Run(SweepFixture.Definition, new() { Seed = 4, IsFull = true, Threads = 1 }));

        Assert.That(SweepCsvTests.Text(SweepRunner.Run(SweepFixture.Definition, new() { Seed = 4, IsFull = true, Threads = threads })), Is.EqualTo(one));
        Assert.That(SweepCsvTests.Text(SweepRunner.Run(SweepFixture.Definition, new() { Seed = 5, IsFull = true, Threads = threads })), Is.Not.EqualTo(one));
    }

    [Test]
    public void Run_Shards_MergeToTheWhole()
    {
        SweepResult[] parts = [.. Enumerable.Range(1, 3).Select(i => SweepRunner.Run(SweepFixture.Definition, new() { Shard = i, Shards = 3, IsFull = true })).Reverse()];

        Assert.That(SweepCsvTests.Text(SweepResult.Merge(parts)), Is.EqualTo(SweepCsvTests.Text(SweepRunner.Run(SweepFixture.Definition, new() { IsFull = true }))));
        Assert.That(() => SweepResult.Merge([parts[0], parts[0]]), Throws.ArgumentException);
        Assert.That(() => SweepResult.Merge([parts[0], parts[1] with { Seed = 9 }]), Throws.ArgumentException);
        Assert.That(() => SweepResult.Merge([]), Throws.ArgumentException);
    }

    [TestCase(0, 1)]
    [TestCase(2, 1)]
    [TestCase(1, 0)]
    public void Run_ShardThatIsNone_IsRefused(int shard, int shards)
    {
        Assert.That(() => SweepRunner.Run(SweepFixture.Definition, new() { Shard = shard, Shards = shards }), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Run_Progress_CountsToTheEndAndPointsComeInOrder()
    {
        List<SweepProgress> progress = [];
        List<int> order = [];

        SweepRunner.Run(SweepFixture.Definition, new() { IsFull = true, PointDone = p => order.Add(p.Index) }, progress.Add);

        Assert.That(progress, Is.EqualTo(Enumerable.Range(0, 6).Select(static n => new SweepProgress("test", n, 5))));
        Assert.That(order, Is.EqualTo(Enumerable.Range(0, 5)));
    }

    [Test]
    public void Run_Cancelled_KeepsWhatIsDone()
    {
        using var source = new CancellationTokenSource();

        SweepResult result = SweepRunner.Run(SweepFixture.Definition, new() { IsFull = true, Threads = 1, Cancellation = source.Token, PointDone = p => CancelAt(p, 1) });

        Assert.That(result.Points.Select(static p => p.Index), Is.EqualTo(new[] { 0, 1 }));

        void CancelAt(SweepPoint point, int index)
        {
            if (point.Index == index) source.Cancel();
        }
    }

    [Test]
    public void Run_KnownPoints_AreTakenAsTheyAre()
    {
        SweepPoint known = SweepFixture.Point(SweepFixture.Definition.Settings[3], [42, 42, 0]);

        SweepResult result = SweepRunner.Run(SweepFixture.Definition, new() { Known = [known] });

        Assert.That(result.Points.Select(static p => p.Index), Is.EqualTo(new[] { 0, 1, 3, 4 }));
        Assert.That(result.Points.Select(static p => p["share"] == 42), Is.EqualTo(new[] { false, false, true, false }));
    }

    [Test]
    public void Run_CancelledAtOnce_KeepsWhatWasKnown()
    {
        SweepPoint[] known = [SweepFixture.Point(SweepFixture.Definition.Settings[0], [1, 2, 0]), SweepFixture.Point(SweepFixture.Definition.Settings[4], [3, 4, 0])];
        List<SweepPoint> told = [];

        SweepResult result = SweepRunner.Run(SweepFixture.Definition, new() { Known = known, PointDone = told.Add, Cancellation = new CancellationToken(canceled: true) });

        Assert.That(result.Points, Is.EqualTo(known));
        Assert.That(told, Is.EqualTo(known[..1]), "the others come when those before are there");
    }

    [Test]
    public void Run_PointThatFails_NamesItsSetting()
    {
        SweepDefinition definition = SweepFixture.Make(static task => task[1] == 2.5 ? throw new SweepFailedException("nothing works.") : [0, 0, 0]);

        SweepFailedException? failure = Assert.Throws<SweepFailedException>(() => SweepRunner.Run(definition, new() { Threads = 1 }));

        Assert.That(failure!.Message, Is.EqualTo("test at shape round, size 2.5: nothing works."));
    }

    [Test]
    public void Judge_Formula_CountsOnlyWhereItApplies()
    {
        // Round of sizes 1 and 2.5: the formula says 0.5 and 1.25, of which five percent are 0.025 and 0.0625.
        SweepDefinition definition = SweepFixture.Make(static task => [task[1] == 1 ? 0.52 : 1.32, task[1] / 2, task.Count(0) == 0 ? 1 : 0]);

        SweepJudgement judgement = SweepJudgement.Of(SweepRunner.Run(definition));

        Assert.That(judgement, Is.EqualTo(new SweepJudgement(4, 0, 0, 2, 1)));
    }

    [Test]
    public void Judge_FormulaInPoints_IsJudgedAlwaysUnlessItSaysWhen()
    {
        SweepColumn[] columns =
        [
            new("size", SweepRole.Axis, "1", "A number."),
            new("share", SweepRole.Measured, "1", "A share."),
            new("wide", SweepRole.Formula, "1", "Within a tenth.") { Of = "share", Within = 0.1 },
            new("narrow", SweepRole.Formula, "1", "Within a hundredth.") { Of = "share", Within = 0.01 },
            new("narrow-applies", SweepRole.Applies, "1", "When.") { Of = "narrow", Labels = ["no", "yes"] },
        ];
        // The share is 0.05 from both; with size 0 the wide one alone says something, with size 1 both do.
        var definition = new SweepDefinition("points", "Points", columns, [([0], true), ([1], true)], static task => [0.5, 0.55, 0.55, task[0]]);

        SweepJudgement judgement = SweepJudgement.Of(SweepRunner.Run(definition));

        Assert.That(judgement, Is.EqualTo(new SweepJudgement(2, 0, 0, 2, 1)));
    }

    [Test]
    public void Judge_Prediction_MustBeExact()
    {
        SweepColumn[] columns = [new("size", SweepRole.Axis, "1", "A number."), new("count", SweepRole.Measured, "1", "Counted."), new("model", SweepRole.Predicted, "1", "Predicted.") { Of = "count" }];
        var definition = new SweepDefinition("exact", "Exact", columns, [([0], true), ([1], true), ([2], true)], static task => [7, task[0] == 0 ? 7 : task[0] == 1 ? 7.000001 : double.NaN]);

        SweepJudgement judgement = SweepJudgement.Of(SweepRunner.Run(definition));

        Assert.That(judgement, Is.EqualTo(new SweepJudgement(3, 2, 1, 0, 0)));
    }
}
