using System.Collections.Immutable;

namespace NicEmu.DeviceModel.Tls;

/// <summary>Saved state of a <see cref="HandleTable"/>.</summary>
internal sealed record HandleTableSnapshot(
    ImmutableArray<uint> Generations, ImmutableArray<bool> Live, ImmutableArray<bool> Retired, ImmutableArray<int> Free, ushort Epoch);
