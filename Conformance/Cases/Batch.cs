using NicEmu.Conformance.Core;
using NicEmu.Spec.Testing;

namespace NicEmu.Conformance.Cases;

/// <summary>A driver that finds many frames at a time, and may join those that follow each other.</summary>
internal static class Batch
{
    /// <summary>Longer than a case takes to send a burst, in microseconds.</summary>
    private const int ModerationUs = 10_000;

    private const string Joined = "rx_gro_packets";

    /// <summary>Brings a driver up whose card collects frames before it interrupts.</summary>
    /// <param name="c">The case.</param>
    /// <param name="joins">Whether generic receive offload is on, where the driver can switch it.</param>
    public static DriverRig Boot(DriverCase c, bool joins)
    {
        DriverRig rig = c.Boot(new DriverSetup { ModerationUs = ModerationUs });
        if ((rig.Driver.Abilities & DriverAbilities.FeatureSwitches) != 0) rig.Driver.SetFeature(DriverFeature.ReceiveCoalescing, joins);
        return rig;
    }

    /// <summary>Demands that frames were joined, or were not, where the driver counts that.</summary>
    /// <param name="rig">The machine.</param>
    /// <param name="joins">Whether they were to be.</param>
    public static void ExpectJoined(DriverRig rig, bool joins)
    {
        if ((rig.Driver.Abilities & DriverAbilities.FeatureSwitches) == 0 || rig.Driver.Statistic(Joined) is not { } joined) return;
        Expect.That(joined > 0 == joins, joins ? "frames that follow each other are joined" : "no frames are joined");
    }
}
