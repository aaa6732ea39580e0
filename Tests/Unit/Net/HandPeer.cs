using System.Buffers.Binary;
using NicEmu.Net;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Net;

/// <summary>A stack under test, and a peer whose every segment the test writes by hand.</summary>
internal sealed class HandPeer
{
    public const uint PeerInitial = 0x1000_0000;
    public const uint OurInitial = 0x7000_0000;
    public const ushort PeerPort = 5000;
    public const ushort OurPort = 443;

    public HandPeer(NetStackConfig? config = null)
    {
        Stack = new(config ?? TwoHosts.ServerConfig);
        Stack.AddNeighbor(TwoHosts.ClientConfig.Ipv4Address, TwoHosts.ClientConfig.Mac);
    }

    public static TcpConfig Plain { get; } = new()
    {
        InitialSequence = OurInitial,
        Timestamps = false,
        SelectiveAcknowledgment = false,
        WindowScaling = false,
        DelayedAcknowledgmentPs = 0,
        MaximumSegmentSize = 100,
    };

    public NetStack Stack { get; }

    public long NowPs { get; set; }

    /// <summary>An established passive connection; the peer's MSS is 100 and its window 65535 unless told otherwise.</summary>
    public static (HandPeer Peer, TcpConnection Connection) Established(TcpConfig? config = null, TcpOptions? options = null, ushort window = 65535)
    {
        var peer = new HandPeer();
        TcpListener listener = peer.Stack.Listen(OurPort, config: config ?? Plain);
        peer.Send(TcpFlags.Syn, PeerInitial, 0, window: window, options: options ?? new TcpOptions { MaximumSegmentSize = 100 });
        peer.Poll();
        TcpOptions? stamp = options is { HasTimestamps: true } o ? new TcpOptions { HasTimestamps = true, TimestampValue = o.TimestampValue } : null;
        peer.Send(TcpFlags.Ack, PeerInitial + 1, OurInitial + 1, window: window, options: stamp);
        if (!listener.TryAccept(out TcpConnection? connection)) throw new AssertionException("not established");
        peer.Poll();
        return (peer, connection);
    }

    public DropReason Send(
        TcpFlags flags, uint sequence, uint acknowledgment, ReadOnlySpan<byte> payload = default, ushort window = 65535, TcpOptions? options = null,
        int mark = 0, ushort destinationPort = OurPort) =>
        Stack.Input(Build(flags, sequence, acknowledgment, payload, window, options, destinationPort), NowPs, mark, false);

    public static byte[] Build(
        TcpFlags flags, uint sequence, uint acknowledgment, ReadOnlySpan<byte> payload = default, ushort window = 65535, TcpOptions? options = null,
        ushort destinationPort = OurPort)
    {
        TcpOptions written = options ?? new TcpOptions();
        int headerLength = 20 + written.EncodedLength;
        byte[] frame = new byte[34 + headerLength + payload.Length];
        IpAddress source = TwoHosts.ClientConfig.Ipv4Address;
        IpAddress destination = TwoHosts.ServerConfig.Ipv4Address;
        new EthernetHeader { Destination = TwoHosts.ServerConfig.Mac, Source = TwoHosts.ClientConfig.Mac, VlanId = -1, EtherType = EtherType.Ipv4 }.Write(frame);
        new Ipv4Header { TotalLength = frame.Length - 14, TimeToLive = 64, Protocol = IpProtocol.Tcp, Source = source, Destination = destination }
            .Write(frame.AsSpan(14), true);
        Span<byte> tcp = frame.AsSpan(34);
        new TcpHeader
        {
            SourcePort = PeerPort,
            DestinationPort = destinationPort,
            Sequence = sequence,
            Acknowledgment = acknowledgment,
            HeaderLength = headerLength,
            Flags = flags,
            Window = window,
        }.Write(tcp);
        written.Write(tcp[20..]);
        payload.CopyTo(tcp[headerLength..]);
        var sum = new InternetChecksum();
        sum.AddPseudoHeader(source, destination, IpProtocol.Tcp, tcp.Length);
        sum.Add(tcp);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], sum.Value);
        return frame;
    }

    /// <summary>Everything the stack wants to send now.</summary>
    public List<SentFrame> Poll()
    {
        var frames = new List<SentFrame>();
        while (Stack.TryPoll(NowPs, out OutgoingSegment segment))
        {
            byte[] frame = new byte[segment.Length];
            segment.CopyTo(frame);
            frames.Add(new(
                false, NowPs, frame, segment.Headers.Length, segment.Payload.Length, segment.Sequence, segment.Connection is not null,
                segment.IsRetransmission, segment.SegmentSize));
        }

        return frames;
    }

    /// <summary>Lets time pass to the next deadline and polls there.</summary>
    public List<SentFrame> PollAtNextDeadline()
    {
        if (Stack.NextDeadlinePs != long.MaxValue) NowPs = Math.Max(NowPs, Stack.NextDeadlinePs);
        return Poll();
    }

    public static byte[] Bytes(int count, byte first = 1)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) bytes[i] = (byte)(first + i);
        return bytes;
    }
}
