namespace NicEmu.Conformance.Core;

/// <summary>Where a device case runs: gives it cards, as many as it asks for.</summary>
/// <param name="seed">Decides about everything that is drawn.</param>
/// <param name="boot">Powers a card on.</param>
public sealed class DeviceCase(ulong seed, Func<DeviceSetup, DeviceRig> boot)
{
    /// <summary>Decides about everything that is drawn.</summary>
    public ulong Seed => seed;

    /// <summary>The part of its long form that the case runs; null for its usual form.</summary>
    public CaseSweep? Sweep { get; init; }

    /// <summary>The card powered on last; null before the first.</summary>
    public DeviceRig? Last { get; private set; }

    /// <summary>Powers a card on; nothing of it is configured.</summary>
    /// <param name="setup">The card wanted; null for the default one.</param>
    public DeviceRig Boot(DeviceSetup? setup = null) => Last = boot(setup ?? new DeviceSetup());
}
