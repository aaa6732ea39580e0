using NicEmu.Conformance.Peer;
using NicEmu.Net;

namespace NicEmu.Conformance.Card;

/// <summary>Frames that a driver would hand to a card, and those that come from the wire.</summary>
public static class RawFrames
{
    /// <summary>TCP port of our peer.</summary>
    public const ushort PeerPort = 443;

    /// <summary>TCP port of the card's side.</summary>
    public const ushort CardPort = 50000;

    /// <summary>Bytes before the TCP payload of <see cref="Tcp"/>.</summary>
    public const int HeaderLength = 54;

    /// <summary>An IPv4 segment from the card's side to our peer, with right checksums.</summary>
    /// <param name="sequence">TCP sequence number.</param>
    /// <param name="payload">TCP payload.</param>
    public static byte[] Tcp(uint sequence, ReadOnlySpan<byte> payload) =>
        new FrameCodec(null).Build(new TcpTuple(PeerAddresses.Machine4, CardPort, PeerAddresses.Peer4, PeerPort), PeerAddresses.PeerMac, Header(CardPort, PeerPort, sequence), new TcpOptions(), payload);

    /// <summary>An IPv4 segment from our peer to the card's side, with right checksums.</summary>
    /// <param name="sequence">TCP sequence number.</param>
    /// <param name="payload">TCP payload.</param>
    /// <param name="remotePort">TCP port of the sender.</param>
    public static byte[] FromPeer(uint sequence, ReadOnlySpan<byte> payload, ushort remotePort = PeerPort) =>
        From(new TcpTuple(PeerAddresses.Peer4, remotePort, PeerAddresses.Machine4, CardPort), sequence, payload);

    /// <summary>A segment of any sender, with right checksums.</summary>
    /// <param name="tuple">Addresses and ports; the sender's side is the local one.</param>
    /// <param name="sequence">TCP sequence number.</param>
    /// <param name="payload">TCP payload.</param>
    public static byte[] From(in TcpTuple tuple, uint sequence, ReadOnlySpan<byte> payload) =>
        new FrameCodec(null).Build(tuple, MacAddress.Broadcast, Header(tuple.LocalPort, tuple.RemotePort, sequence), new TcpOptions(), payload);

    private static TcpHeader Header(ushort source, ushort destination, uint sequence) =>
        new() { SourcePort = source, DestinationPort = destination, Sequence = sequence, Acknowledgment = 1, Flags = TcpFlags.Ack, Window = 65535 };
}
