namespace NicEmu.Net;

/// <summary>The peer's offered window: SND.WND, SND.WL1 and SND.WL2 (RFC 9293 §3.3.1).</summary>
internal sealed class SendWindow
{
    private uint _lastSequence;
    private uint _lastAcknowledgment;

    /// <summary>SND.WND in bytes, scaled.</summary>
    public int Bytes { get; private set; }

    /// <summary>Max.SND.WND: the largest window seen.</summary>
    public int LargestBytes { get; private set; }

    /// <summary>Shift of the peer's window field, 0 to 14.</summary>
    public int Shift { get; set; }

    public void Set(uint sequence, uint acknowledgment, int bytes)
    {
        (_lastSequence, _lastAcknowledgment, Bytes) = (sequence, acknowledgment, bytes);
        LargestBytes = Math.Max(LargestBytes, bytes);
    }

    /// <summary>RFC 9293 §3.10.7.4, fifth check: only a newer segment may update the window.</summary>
    public void Update(uint sequence, uint acknowledgment, ushort field)
    {
        if (TcpSequence.IsBefore(_lastSequence, sequence)
            || (_lastSequence == sequence && TcpSequence.IsBeforeOrAt(_lastAcknowledgment, acknowledgment)))
            Set(sequence, acknowledgment, field << Shift);
    }

    /// <summary>Bytes that may be sent from a sequence number on; negative after the peer shrank its window.</summary>
    public int UsableFrom(uint unacknowledged, uint sequence) => TcpSequence.Difference(unacknowledged + (uint)Bytes, sequence);
}
