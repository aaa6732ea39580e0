using System.Collections.Immutable;
using NicEmu.Spec.Core;

namespace NicEmu.DeviceModel.Port;

/// <summary>Saved state of a <see cref="TxChain"/>; members as there.</summary>
internal sealed record TxChainSnapshot(
    ImmutableArray<byte> Bytes, FrameLayout Layout, TxOffloads Offloads, int Mss, ushort VlanTci, int Queue, ulong Handle, bool IsProtected, uint Sequence,
    ulong RecordNumber, int RecordEnd, int NextFrame);
