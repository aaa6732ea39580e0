using NicEmu.Spec.Events;

namespace NicEmu.Board.Links;

/// <summary>Does one thing to chosen frames of one direction, without chance.</summary>
/// <param name="action">What is done.</param>
/// <param name="matches">Chooses the frames; asked once for every frame of the direction, in order.</param>
/// <param name="skip">Chosen frames that are spared before the first.</param>
/// <param name="count">Chosen frames that are hit after that.</param>
public sealed class FrameRule(NetworkAction action, FramePredicate matches, int skip = 0, int count = 1)
{
    private int _seen;

    /// <summary>What is done.</summary>
    public NetworkAction Action => action;

    /// <summary>How long a reordered frame is held back, in picoseconds; null for the direction's own time.</summary>
    public long? DelayPs { get; init; }

    /// <summary>Whether a corrupted frame gets a right TCP checksum again, so that only TLS can notice: one byte of its payload is changed.</summary>
    public bool MendsChecksum { get; init; }

    /// <summary>Called for every frame that is hit, before anything is done to it.</summary>
    public Action? Hit { get; init; }

    /// <summary>Whether the rule only looks: frames that it hits go on unharmed.</summary>
    public bool OnlyWatches { get; init; }

    /// <summary>Frames hit so far.</summary>
    public int Hits { get; private set; }

    /// <summary>Whether all frames asked for were hit.</summary>
    public bool IsSpent => Hits >= count;

    /// <summary>Hits the frame of a number.</summary>
    /// <param name="number">Number of the frame in its direction, from 0.</param>
    /// <param name="action">What is done.</param>
    public static FrameRule Frame(int number, NetworkAction action = NetworkAction.Dropped) => new(action, static _ => true, number);

    /// <summary>Hits a TCP segment with payload.</summary>
    /// <param name="number">Number among the segments of the direction that carry payload, from 0; repeated ones count.</param>
    /// <param name="action">What is done.</param>
    /// <param name="count">How many segments in a row.</param>
    public static FrameRule DataSegment(int number, NetworkAction action = NetworkAction.Dropped, int count = 1) =>
        new(action, static frame => TcpView.TryParse(frame, out TcpView tcp) && !tcp.Payload.IsEmpty, number, count);

    /// <summary>Hits the segment that holds the end of a TLS record's header, on its first transmission.</summary>
    /// <param name="record">Number of the record among those of the direction that count, from 0.</param>
    /// <param name="leastLength">Records whose length field is smaller do not count: 0 for all, handshake included.</param>
    /// <param name="action">What is done.</param>
    public static FrameRule RecordHeader(int record, int leastLength = 0, NetworkAction action = NetworkAction.Dropped)
    {
        var match = new RecordHeaderMatch(record, leastLength);
        return new FrameRule(action, match.IsIn);
    }

    /// <summary>Hits the segments that carry one byte of a TCP stream. The stream is the first whose SYN passes in this direction.</summary>
    /// <param name="streamOffset">Offset of the byte in the direction's stream, from 0.</param>
    /// <param name="action">What is done.</param>
    /// <param name="count">How often: 1 hits the first transmission only, 2 its first repetition as well.</param>
    public static FrameRule StreamByte(uint streamOffset, NetworkAction action = NetworkAction.Dropped, int count = 1) => new(action, HasStreamByte(streamOffset), 0, count);

    /// <summary>Chooses TCP segments with payload of any connection, or of one whose either end has a port.</summary>
    internal static FramePredicate HasPayload(ushort port = 0) => frame => TcpView.TryParse(frame, out TcpView tcp) && !tcp.Payload.IsEmpty && tcp.HasPort(port);

    /// <summary>Chooses all frames, or those of a connection whose either end has a port.</summary>
    internal static FramePredicate Any(ushort port = 0) => port == 0 ? static _ => true : frame => TcpView.TryParse(frame, out TcpView tcp) && tcp.HasPort(port);

    /// <summary>Chooses the segments that carry one byte of a stream, the first whose SYN passes and that has a port.</summary>
    internal static FramePredicate HasStreamByte(uint streamOffset, ushort port = 0)
    {
        (uint First, ushort Source, ushort Destination)? stream = null;
        return Covers;

        bool Covers(ReadOnlySpan<byte> frame)
        {
            if (!TcpView.TryParse(frame, out TcpView tcp))
            {
                return false;
            }

            if (tcp.IsSyn && stream is null && tcp.HasPort(port))
            {
                stream = (tcp.Sequence + 1, tcp.SourcePort, tcp.DestinationPort);
            }

            return stream is { } known && known.Source == tcp.SourcePort && known.Destination == tcp.DestinationPort
                && unchecked(known.First + streamOffset - tcp.Sequence) < (uint)tcp.Payload.Length && !tcp.IsSyn;
        }
    }

    internal bool Judge(ReadOnlySpan<byte> frame)
    {
        if (IsSpent || !matches(frame) || _seen++ < skip)
        {
            return false;
        }

        Hits++;
        Hit?.Invoke();
        return true;
    }
}
