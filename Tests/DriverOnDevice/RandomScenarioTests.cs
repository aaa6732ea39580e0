using System.Collections.Concurrent;
using NicEmu.Board.Sessions;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice;

/// <summary>The sanitizer is silent on our own driver, whatever traffic and network; content and wire are right.</summary>
[TestFixture]
public sealed class RandomScenarioTests
{
    private const int Few = 200;
    private const int Many = 10_000;

    [Test]
    public void Scenarios_Few_AreRightAndSilent() => Assert.That(Failures(0, Few), Is.Empty);

    [Test, Category("Long")]
    public void Scenarios_Many_AreRightAndSilent() => Assert.That(Failures(Few, Many), Is.Empty);

    private static ConcurrentQueue<string> Failures(int first, int count)
    {
        var failures = new ConcurrentQueue<string>();
        Parallel.For(first, first + count, seed =>
        {
            RandomScenario scenario = RandomScenario.Draw((ulong)seed);
            if (failures.Count < 5 && scenario.Judge(scenario.Run()) is { } failure)
            {
                failures.Enqueue(failure);
            }
        });
        return failures;
    }
}
