using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>What RANGE says about the bytes of its DATA chain.</summary>
/// <param name="Offset">Offset in the record of the first payload byte.</param>
/// <param name="Length">Payload bytes; 0 for no window.</param>
/// <param name="Skip">Bytes of them, from the first, that are processed and not sent.</param>
internal readonly record struct TxWindow(uint Offset, uint Length, uint Skip)
{
    private const uint BlockLength = 16;

    /// <summary>Offset in the record behind the last payload byte.</summary>
    public long End => (long)Offset + Length;

    /// <summary>Whether the window can be served by itself.</summary>
    /// <param name="layout">Version and cipher.</param>
    /// <param name="position">The record.</param>
    /// <returns>OK, RANGE_MALFORMED or TAG_WITHOUT_RECORD.</returns>
    public TxStatus Check(TlsRecordLayout layout, in TxPosition position)
    {
        if (Length == 0 || End > position.Length || Skip >= Length)
        {
            return TxStatus.RangeMalformed;
        }

        if (End > position.TagOffset)
        {
            // A tag covers all of the record, and no part of it is sent without the rest.
            bool isWhole = Offset == 0 && End == position.Length && Skip <= position.TagOffset;
            return isWhole ? TxStatus.Ok : TxStatus.TagWithoutRecord;
        }

        return Skip < BlockLength && IsBlockStart(layout) ? TxStatus.Ok : TxStatus.RangeMalformed;
    }

    private bool IsBlockStart(TlsRecordLayout layout) =>
        Offset == 0 || (Offset >= layout.PrefixLength && (Offset - layout.PrefixLength) % BlockLength == 0);
}
