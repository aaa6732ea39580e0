using NicEmu.Spec.Seams;

namespace NicEmu.Conformance.Core;

/// <summary>A card on a bus, and the other end of its wire in our hands.</summary>
/// <param name="Bus">The bus.</param>
/// <param name="Wire">The wire.</param>
/// <param name="Clock">Time.</param>
/// <param name="Events">What the card told so far.</param>
/// <param name="Controls">What can be done to the card from outside.</param>
public sealed record DeviceRig(IDeviceBus Bus, IWire Wire, ITestClock Clock, RunEvents Events, IMachineControls Controls);
