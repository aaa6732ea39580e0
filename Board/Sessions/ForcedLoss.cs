using NicEmu.Board.Links;
using NicEmu.Spec.Events;

namespace NicEmu.Board.Sessions;

/// <summary>Something that happens to a certain frame, without chance.</summary>
/// <param name="Direction">Frames that the machine under test sends, or receives.</param>
/// <param name="StreamByte">Offset of a byte in that direction's TCP stream, handshake included; the segments that carry it are hit. Null to go by number.</param>
/// <param name="DataSegment">Number of a segment with payload, from 0; used when <paramref name="StreamByte"/> is null.</param>
/// <param name="Count">How often.</param>
/// <param name="Action">What happens.</param>
public sealed record ForcedLoss(TransferDirection Direction, uint? StreamByte, int DataSegment = 0, int Count = 1, NetworkAction Action = NetworkAction.Dropped)
{
    internal FrameRule ToRule() => StreamByte is { } offset ? FrameRule.StreamByte(offset, Action, Count) : FrameRule.DataSegment(DataSegment, Action, Count);
}
