using System.Collections.Immutable;

namespace NicEmu.DeviceModel.Core;

/// <summary>Saved state of a <see cref="FlowTable"/>.</summary>
/// <param name="Rules">The rules in the order of their handles.</param>
internal sealed record FlowTableSnapshot(ImmutableArray<(FlowTuple Tuple, RxRule Rule)> Rules);
