using NicEmu.Conformance.Peer;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Testing;

namespace NicEmu.Conformance.Core;

/// <summary>A machine with a driver under test, and the other end of its wire in our hands.</summary>
public sealed class DriverRig
{
    private const long Second = 1_000_000_000_000;

    /// <summary>Puts a rig together.</summary>
    /// <param name="setup">What was asked for.</param>
    /// <param name="driver">The driver.</param>
    /// <param name="wire">Its wire.</param>
    /// <param name="clock">Time.</param>
    /// <param name="events">What the card tells.</param>
    /// <param name="controls">What can be done to the card from outside.</param>
    /// <param name="secondWire">The wire of the second port; null without one.</param>
    public DriverRig(DriverSetup setup, IDriverUnderTest driver, IWire wire, ITestClock clock, RunEvents events, IMachineControls controls, IWire? secondWire = null)
    {
        (Setup, Driver, Wire, Clock, Events, Controls) = (setup, driver, wire, clock, events, controls);
        Peer = new ScriptedPeer(wire, setup);
        SecondPeer = secondWire is null ? null : new ScriptedPeer(secondWire, setup);
    }

    /// <summary>What was asked for.</summary>
    public DriverSetup Setup { get; }

    /// <summary>The driver under test.</summary>
    public IDriverUnderTest Driver { get; }

    /// <summary>Its wire.</summary>
    public IWire Wire { get; }

    /// <summary>Time.</summary>
    public ITestClock Clock { get; }

    /// <summary>What the card told so far.</summary>
    public RunEvents Events { get; }

    /// <summary>What can be done to the card from outside.</summary>
    public IMachineControls Controls { get; }

    /// <summary>Our TCP at the other end.</summary>
    public ScriptedPeer Peer { get; }

    /// <summary>What is seen at the second port; null without one.</summary>
    public ScriptedPeer? SecondPeer { get; }

    /// <summary>Lets the machine run until a condition holds; the peer answers meanwhile.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What it means.</param>
    /// <param name="limitPs">Longest wait in picoseconds; zero for ten seconds.</param>
    /// <exception cref="CaseFailedException">It did not come to hold.</exception>
    public void Until(Func<bool> condition, string what, long limitPs = 0)
    {
        bool held = Clock.WaitUntil(
            () =>
            {
                Pump();
                return condition();
            },
            limitPs == 0 ? 10 * Second : limitPs);
        Expect.That(held, what);
    }

    /// <summary>Lets the machine run until nothing is left to do, or the time is over; the peer answers meanwhile.</summary>
    /// <param name="limitPs">Longest time in picoseconds.</param>
    public void Settle(long limitPs = 2_000_000_000)
    {
        Clock.WaitUntil(
            () =>
            {
                Pump();
                return false;
            },
            limitPs);
        Pump();
    }

    /// <summary>Reads a counter that the case needs.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="CaseSkippedException">The driver has no such counter.</exception>
    public long Statistic(string name)
    {
        long? value = Driver.Statistic(name);
        Expect.Can(value is not null, $"the driver has no counter {name}");
        return value.Value;
    }

    /// <summary>Skips the case unless the driver can do something.</summary>
    /// <param name="abilities">What is needed.</param>
    /// <exception cref="CaseSkippedException">It cannot.</exception>
    public void Needs(DriverAbilities abilities)
    {
        DriverAbilities missing = abilities & ~Driver.Abilities;
        Expect.Can(missing == DriverAbilities.None, $"the driver cannot be asked for {missing}");
    }

    private void Pump()
    {
        Peer.Pump();
        SecondPeer?.Pump();
    }
}
