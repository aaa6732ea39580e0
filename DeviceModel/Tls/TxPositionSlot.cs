using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>
/// The one-shot place of a transmit queue, filled by POSITION or RANGE. Its owner keeps one per queue, saves it with the queue and sets it to default when the queue is
/// reset; a DATA chain that does not use TLS, or any other descriptor, must go through <see cref="TlsEngine.Break"/> while it is in use.
/// </summary>
internal struct TxPositionSlot
{
    /// <summary>The context; 0 when the slot is empty.</summary>
    public ulong Handle;

    /// <summary>What was said about the record; of RANGE all but the record's start.</summary>
    public TxPosition Position;

    /// <summary>What RANGE said about the DATA chain; empty behind POSITION.</summary>
    public TxWindow Window;

    /// <summary>Bytes of the record that REPLAY gave.</summary>
    public int Replayed;

    /// <summary>Where the replayed bytes lead.</summary>
    public TxCursor Cursor;

    /// <summary>Whether a place waits for its DATA chain.</summary>
    public readonly bool IsActive => Handle != 0;

    /// <summary>Whether it is one of RANGE.</summary>
    public readonly bool IsRange => Window.Length != 0;

    /// <summary>Whether a DATA chain fits the POSITION.</summary>
    /// <param name="offset">Offset of its first byte in the record; may be outside of it.</param>
    /// <param name="end">TCP sequence number behind its last byte.</param>
    /// <param name="head">In-order head of the context.</param>
    public readonly TxStatus Check(int offset, uint end, uint head)
    {
        if (Replayed > 0 && Replayed != offset)
        {
            return Replayed < offset ? TxStatus.ReplayShort : TxStatus.ReplayLong;
        }

        if (offset < 0 || offset >= Position.Length)
        {
            return TxStatus.RecordMalformed;
        }

        bool passesHead = TcpSequence.IsAfter(end, head);
        return passesHead == Position.Advance ? TxStatus.Ok
            : passesHead ? TxStatus.PassesHead
            : TxStatus.NotInSequence;
    }
}
