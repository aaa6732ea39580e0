namespace NicEmu.Net;

/// <summary>The time-stamps option and PAWS (RFC 7323 §3 and §5).</summary>
internal sealed class TimestampState(uint offset)
{
    private const long TickPs = 1_000_000_000;

    // §5.5: a TS.Recent older than 24 days is not used.
    private const long OutdatedPs = 24L * 86_400 * 1_000_000_000_000;

    private uint _recent;
    private long _recentAtPs;

    /// <summary>Both sides sent the option in their SYN.</summary>
    public bool IsNegotiated { get; set; }

    public uint Recent => _recent;

    /// <summary>Last.ACK.sent of §4.3.</summary>
    public uint LastAcknowledgmentSent { get; set; }

    /// <summary>TSval at a time: one tick is a millisecond.</summary>
    public uint ValueAt(long nowPs) => unchecked((uint)(nowPs / TickPs) + offset);

    /// <summary>Round-trip time told by an echoed value, or −1 if it is not plausible.</summary>
    public long RoundTripPs(uint echo, long nowPs)
    {
        int ticks = TcpSequence.Difference(ValueAt(nowPs), echo);
        return ticks is >= 0 and < 600_000 ? ticks * TickPs : -1;
    }

    /// <summary>§5.3 R1: the segment is older than what was accepted before.</summary>
    public bool IsOld(uint value, long nowPs) => TcpSequence.IsBefore(value, _recent) && nowPs - _recentAtPs < OutdatedPs;

    /// <summary>§5.3 R3: remembers the value to echo.</summary>
    public void Accept(uint value, uint segmentSequence, long nowPs)
    {
        if (TcpSequence.IsAfter(segmentSequence, LastAcknowledgmentSent)) return;
        Remember(value, nowPs);
    }

    public void Remember(uint value, long nowPs) => (_recent, _recentAtPs) = (value, nowPs);
}
