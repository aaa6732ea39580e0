using CsCheck;
using NicEmu.Board;
using NicEmu.Board.Compare.Sweeps;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Sweeps;

/// <summary>The card's context cache misses as often as a model of its rule says, and as often as the formulas say.</summary>
public sealed class CacheSweepTests
{
    [Test, Combinatorial]
    public void Measure_SettingsOfNoTable_CardCountsWhatTheModelSays([Values] bool isRandom, [Values(1, 7, 30)] int cache, [Values(1, 6, 7, 8, 29, 61)] int sessions)
    {
        SweepPoint point = Measure(isRandom, cache, sessions, 1000);

        Assert.That(point["misses"], Is.EqualTo(point["predicted"]));
        Assert.That(point["hits"] + point["misses"], Is.EqualTo(1000));
        Assert.That(point["ctx-r"], Is.EqualTo(16 * point["misses"]), "AES-128 keys");
        Assert.That(point["misses"], sessions <= cache ? Is.Zero : Is.Positive);
    }

    [TestCase(false, 5, 6, 1)]
    [TestCase(false, 6, 6, 0)]
    [TestCase(true, 10, 40, 0.75)]
    [TestCase(true, 20, 40, 0.5)]
    public void Measure_EnoughRequests_FormulaHolds(bool isRandom, int cache, int sessions, double expected)
    {
        SweepPoint point = Measure(isRandom, cache, sessions, 6000);

        Assert.That(point["formula"], Is.EqualTo(expected));
        Assert.That(SweepJudgement.Of(new SweepResult(CacheSweep.Definition, [point], 1, true)), Is.EqualTo(new SweepJudgement(1, 1, 0, 1, 0)));
    }

    [Test]
    public void Model_AnyUses_IsTheClockOfTheText()
    {
        Gen.Select(Gen.Int[1, 5], Gen.Int[0, 8].Array[0, 200]).Sample((capacity, uses) =>
        {
            var model = new KeyCacheModel(capacity);
            foreach (int use in uses) model.Use(use);

            return model.Misses == Clock(capacity, uses);
        });
    }

    /// <summary>The same rule as it is usually told: a hand goes round, takes marks away, and stops at what has none.</summary>
    private static int Clock(int capacity, int[] uses)
    {
        int[] keys = [.. Enumerable.Repeat(-1, capacity)];
        var marks = new bool[capacity];
        (int hand, int misses) = (0, 0);
        foreach (int use in uses)
        {
            int at = Array.IndexOf(keys, use);
            if (at < 0)
            {
                misses++;
                for (; keys[hand] >= 0 && marks[hand]; hand = (hand + 1) % capacity) marks[hand] = false;
                at = hand;
                hand = (hand + 1) % capacity;
                keys[at] = use;
            }

            marks[at] = true;
        }

        return misses;
    }

    private static SweepPoint Measure(bool isRandom, int cache, int sessions, int requests) =>
        new(CacheSweep.Definition, 0, [isRandom ? 1 : 0, cache, sessions, .. CacheSweep.Measure(isRandom, cache, sessions, requests, new SeededRandom(8), CancellationToken.None)]);
}
