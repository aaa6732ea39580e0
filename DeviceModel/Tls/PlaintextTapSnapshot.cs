using System.Collections.Immutable;

namespace NicEmu.DeviceModel.Tls;

/// <summary>Saved state of a <see cref="PlaintextTap"/>.</summary>
internal sealed record PlaintextTapSnapshot(ImmutableArray<byte> Bytes, bool IsWhole);
