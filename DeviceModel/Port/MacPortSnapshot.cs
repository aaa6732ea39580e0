using System.Collections.Immutable;

namespace NicEmu.DeviceModel.Port;

/// <summary>Saved state of a <see cref="MacPort"/>.</summary>
/// <param name="AdminUp">Whether the port is administratively up.</param>
/// <param name="RoomAwaited">Whether somebody was turned away and waits for room.</param>
/// <param name="FrameEndPs">When the frame that is on its way ends, absolute; null when the port is idle.</param>
/// <param name="Chains">The queue, oldest first.</param>
internal sealed record MacPortSnapshot(bool AdminUp, bool RoomAwaited, long? FrameEndPs, ImmutableArray<TxChainSnapshot> Chains);
