using NicEmu.Conformance.Core;
using NicEmu.Net;

namespace NicEmu.Conformance.Peer;

/// <summary>
/// Makes the machine's TCP send chosen bytes of its records again, by acknowledgements alone: the cumulative one says where the hole begins, a selective
/// one where it ends, and three of them start a fast retransmission (RFC 6675). The connection must not acknowledge by itself.
/// </summary>
public static class Repetition
{
    /// <summary>Asks for a range and waits until it came.</summary>
    /// <param name="flow">The connection; everything before the range may be acknowledged, nothing in it.</param>
    /// <param name="from">First byte, an offset in the protected stream.</param>
    /// <param name="to">Offset behind the last byte; at least three bytes that were sent must follow.</param>
    /// <returns>The segments of the range, from the repetition.</returns>
    /// <exception cref="CaseFailedException">It does not come.</exception>
    public static IReadOnlyList<SeenSegment> Of(TestFlow flow, int from, int to)
    {
        ArgumentNullException.ThrowIfNull(flow);
        PeerConnection connection = flow.Connection;
        uint start = flow.TlsStart + (uint)from;
        uint stop = flow.TlsStart + (uint)to;
        connection.Acknowledge(start);
        flow.Rig.Settle();
        uint end = flow.TlsStart + (uint)flow.OnWire;
        int before = connection.Segments.Count;
        for (uint left = 3; left > 0; left--) connection.Acknowledge(start, new SackBlock(stop, end + 1 - left));
        flow.Rig.Until(() => Covers(connection, before, start, stop), $"bytes {from} to {to} are sent again");
        return [.. Range(connection, before, start, stop)];
    }

    /// <summary>Asks for a range that fits in one segment, and demands that exactly it comes; a strategy may cut it.</summary>
    /// <param name="flow">The connection.</param>
    /// <param name="from">First byte, an offset in the protected stream.</param>
    /// <param name="to">Offset behind the last byte, at most one segment later; at least three bytes that were sent must follow.</param>
    /// <exception cref="CaseFailedException">Another range comes, or the bytes are others than at first.</exception>
    public static void Exactly(TestFlow flow, int from, int to)
    {
        ArgumentNullException.ThrowIfNull(flow);
        IReadOnlyList<SeenSegment> again = Of(flow, from, to);
        Expect.That(again[0].Sequence == flow.TlsStart + (uint)from && again[^1].End == flow.TlsStart + (uint)to, $"exactly bytes {from} to {to} are sent again");
        Expect.That(flow.Connection.Wire.Conflict is null, $"bytes {from} to {to} are sent again as they were (byte {flow.Connection.Wire.Conflict - flow.TlsOffset} differs)");
    }

    /// <summary>Acknowledges everything and lets the machine leave its recovery.</summary>
    /// <param name="flow">The connection.</param>
    public static void End(TestFlow flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        flow.Connection.Acknowledge();
        flow.Rig.Settle();
    }

    private static IEnumerable<SeenSegment> Range(PeerConnection connection, int before, uint start, uint stop) =>
        connection.Segments.Skip(before).Where(s => s.Payload.Length > 0 && TcpSequence.IsAfterOrAt(s.Sequence, start) && TcpSequence.IsBefore(s.Sequence, stop));

    private static bool Covers(PeerConnection connection, int before, uint start, uint stop)
    {
        uint next = start;
        foreach (SeenSegment segment in Range(connection, before, start, stop))
        {
            if (TcpSequence.IsBeforeOrAt(segment.Sequence, next) && TcpSequence.IsAfter(segment.End, next)) next = segment.End;
        }

        return TcpSequence.IsAfterOrAt(next, stop);
    }
}
