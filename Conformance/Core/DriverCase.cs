namespace NicEmu.Conformance.Core;

/// <summary>Where a driver case runs: gives it machines, as many as it asks for.</summary>
/// <param name="seed">Decides about everything that is drawn.</param>
/// <param name="boot">Builds a machine, switched on and with its driver not started.</param>
public sealed class DriverCase(ulong seed, Func<DriverSetup, DriverRig> boot)
{
    private const long BringUpPs = 10_000_000_000_000;

    /// <summary>Decides about everything that is drawn.</summary>
    public ulong Seed => seed;

    /// <summary>The part of its long form that the case runs; null for its usual form.</summary>
    public CaseSweep? Sweep { get; init; }

    /// <summary>The machine booted last; null before the first.</summary>
    public DriverRig? Last { get; private set; }

    /// <summary>Builds a machine and waits until its driver is ready.</summary>
    /// <param name="setup">The machine wanted; null for the default one.</param>
    /// <exception cref="CaseFailedException">The driver does not come up.</exception>
    /// <exception cref="CaseSkippedException">The driver cannot be set up so.</exception>
    public DriverRig Boot(DriverSetup? setup = null)
    {
        DriverRig rig = boot(setup ?? new DriverSetup());
        Last = rig;
        rig.Driver.Start();
        rig.Clock.WaitUntil(() => rig.Driver.IsReady || rig.Driver.Failure is not null, BringUpPs);
        Expect.That(rig.Driver.IsReady, $"the driver comes up ({rig.Driver.Failure ?? "it is silent"})");
        return rig;
    }
}
