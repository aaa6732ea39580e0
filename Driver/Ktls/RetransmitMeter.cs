using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Ktls;

/// <summary>
/// Counts what TCP sends again. FreeBSD's rule (kern.ipc.tls.ifnet_max_rexmit_pct): each retransmission makes the card read up to a record again, so a
/// connection that retransmits much is better off in software. As there, the share is looked at when something is sent again; unlike there, not
/// before a minimum was sent, so that one early loss says nothing.
/// </summary>
internal sealed class RetransmitMeter(uint start, double limitPercent, long minimumBytes)
{
    private uint _highest = start;

    /// <summary>Bytes sent for the first time.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Bytes sent again.</summary>
    public long BytesAgain { get; private set; }

    /// <summary>Notes a segment.</summary>
    /// <returns>Whether it brought the share above the limit.</returns>
    public bool Exceeds(uint sequence, int length)
    {
        int old = TcpSequence.IsBefore(sequence, _highest) ? Math.Min(length, TcpSequence.Distance(sequence, _highest)) : 0;
        BytesAgain += old;
        BytesSent += length - old;
        if (length > old) _highest = sequence + (uint)length;
        long all = BytesSent + BytesAgain;
        return old > 0 && all >= minimumBytes && BytesAgain * 100.0 > limitPercent * all;
    }
}
