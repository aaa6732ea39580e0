using NicEmu.Board.Links;
using NicEmu.Spec.Events;

namespace NicEmu.Board.Sessions;

/// <summary>Something that happens to a certain frame, without chance.</summary>
/// <param name="Direction">Frames that the machine under test sends, or receives.</param>
/// <param name="StreamByte">Offset of a byte in that direction's TCP stream, handshake included; the segments that carry it are hit. Null to go by number.</param>
/// <param name="DataSegment">Number of a segment with payload, from 0; used when <paramref name="StreamByte"/> is null.</param>
/// <param name="Count">How often.</param>
/// <param name="Action">What happens.</param>
/// <param name="Record">Number of a TLS record among the long ones of the direction (8192 bytes and more, so no handshake), from 0: the segment that holds its header is hit. Wins over the others.</param>
public sealed record ForcedLoss(
    TransferDirection Direction, uint? StreamByte, int DataSegment = 0, int Count = 1, NetworkAction Action = NetworkAction.Dropped, int? Record = null)
{
    private const int LongRecord = 8192;

    /// <summary>Loses the segment that holds the header of a long TLS record.</summary>
    /// <param name="direction">Frames that the machine under test sends, or receives.</param>
    /// <param name="record">Number among the records of 8192 bytes and more, from 0.</param>
    public static ForcedLoss RecordHeader(TransferDirection direction, int record) => new(direction, StreamByte: null, Record: record);

    internal FrameRule ToRule() => Record is { } record ? FrameRule.RecordHeader(record, LongRecord, Action)
        : StreamByte is { } offset ? FrameRule.StreamByte(offset, Action, Count) : FrameRule.DataSegment(DataSegment, Action, Count);
}
