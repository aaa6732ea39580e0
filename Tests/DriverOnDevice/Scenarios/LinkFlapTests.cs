using NicEmu.Board.Scenarios;
using NicEmu.Driver.Ktls;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Scenarios;

/// <summary>A cable that is pulled with chains in the queue: the card refuses them (LINK_DOWN), and stands before the place where the driver believes it to be.</summary>
public sealed class LinkFlapTests
{
    private const long MicrosecondPs = 1_000_000;

    [Test]
    public void Link_DownAtAnyMoment_CardRefusesNothingAfterwardsAndKeepsTheContext([Values] TxStrategy strategy, [Values(1024, 16384)] int record)
    {
        for (long down = 60; down < 330; down += 38)
        {
            var scenario = new Scenario
            {
                Machine = new ScenarioMachine { Strategy = strategy, Record = record },
                Flows = [new ScenarioFlow { Steps = [new ScenarioStep(ScenarioStepKind.Send, ScenarioSide.Machine, 0, 300_000), new ScenarioStep(ScenarioStepKind.Send, ScenarioSide.Peer, 0, 100_000)] }],
                Link = [new LinkChange(down * MicrosecondPs, false), new LinkChange((down + 700) * MicrosecondPs, true)],
                Expect = new ScenarioExpectations { States = new Dictionary<string, string> { ["main.tx"] = "device" }, GuestErrors = new CounterExpectation("guestErrors", 0, 0) },
            };

            ScenarioResult result = ScenarioRunner.Run(scenario);

            Assert.That(result.Broken, Is.Empty, $"down at {down} us");
        }
    }
}
