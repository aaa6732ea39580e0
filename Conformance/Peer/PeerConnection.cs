using NicEmu.Net;

namespace NicEmu.Conformance.Peer;

/// <summary>Our end of one TCP connection. Everything it sends is said by the case, but for the answer to SYN and, if wanted, acknowledgements.</summary>
public sealed class PeerConnection
{
    private const uint NeverSent = 0x2000_0000;

    private readonly ScriptedPeer _peer;
    private readonly MacAddress _machine;
    private readonly StreamCapture _received;
    private uint _timestamp = 1;
    private uint _echo;

    internal PeerConnection(ScriptedPeer peer, in TcpTuple tuple, MacAddress machine, PeerOptions options)
    {
        (_peer, Tuple, _machine, Options) = (peer, tuple, machine, options);
        NextSequence = options.InitialSequence;
        _received = new StreamCapture(0);
        Wire = _received;
    }

    /// <summary>Addresses and ports; our side is the local one.</summary>
    public TcpTuple Tuple { get; }

    /// <summary>How we behave; may be replaced at any time.</summary>
    public PeerOptions Options { get; set; }

    /// <summary>First TCP sequence number of the machine.</summary>
    public uint MachineInitialSequence { get; private set; }

    /// <summary>Every segment of the machine, in order.</summary>
    public List<SeenSegment> Segments { get; } = [];

    /// <summary>Segments with payload.</summary>
    public IEnumerable<SeenSegment> DataSegments => Segments.Where(s => s.Payload.Length > 0);

    /// <summary>The machine's stream as it was on the wire, what the network lost included.</summary>
    public StreamCapture Wire { get; private set; }

    /// <summary>The machine's stream as we received it.</summary>
    public StreamCapture Received { get; private set; } = new(0);

    /// <summary>Decides which segments the network loses; null loses none.</summary>
    public Func<SeenSegment, bool>? Loses { get; set; }

    /// <summary>Whether the machine completed the TCP handshake.</summary>
    public bool IsEstablished { get; private set; }

    /// <summary>Whether the machine ended its side.</summary>
    public bool HasFin { get; private set; }

    /// <summary>Whether the machine reset the connection.</summary>
    public bool HasRst { get; private set; }

    /// <summary>TCP sequence number of the next byte that we send.</summary>
    public uint NextSequence { get; set; }

    /// <summary>TCP sequence number up to which the machine acknowledged what we sent.</summary>
    public uint AcknowledgedByMachine { get; private set; }

    /// <summary>Next TCP sequence number that we expect in order.</summary>
    public uint Expected => Received.Start + (uint)Received.Contiguous + (HasFin && _finSequence == Received.Start + (uint)Received.Contiguous ? 1u : 0);

    private uint _finSequence;

    /// <summary>Sends stream bytes at the place where the last ones ended.</summary>
    /// <param name="bytes">The bytes; cut at <paramref name="segmentBytes"/>.</param>
    /// <param name="segmentBytes">Payload of one frame; 0 for 1460.</param>
    public void Send(ReadOnlySpan<byte> bytes, int segmentBytes = 0)
    {
        int step = segmentBytes == 0 ? 1460 : segmentBytes;
        for (int at = 0; at < bytes.Length; at += step)
        {
            ReadOnlySpan<byte> part = bytes.Slice(at, Math.Min(step, bytes.Length - at));
            SendAt(NextSequence, part);
            NextSequence += (uint)part.Length;
        }
    }

    /// <summary>Sends one segment at any place of the stream; <see cref="NextSequence"/> stays.</summary>
    /// <param name="sequence">TCP sequence number of its first byte.</param>
    /// <param name="payload">The bytes.</param>
    /// <param name="flags">TCP flags beside ACK.</param>
    public void SendAt(uint sequence, ReadOnlySpan<byte> payload, TcpFlags flags = TcpFlags.None) => _peer.SendRaw(Build(sequence, payload, flags));

    /// <summary>Builds the frame of a segment without sending it.</summary>
    /// <param name="sequence">TCP sequence number of its first byte.</param>
    /// <param name="payload">The bytes.</param>
    /// <param name="flags">TCP flags beside ACK.</param>
    public byte[] Build(uint sequence, ReadOnlySpan<byte> payload, TcpFlags flags = TcpFlags.None) => Frame(sequence, Expected, flags | TcpFlags.Ack, new TcpOptions(), payload);

    /// <summary>Sends a segment that TCP must discard, because it acknowledges what was never sent (RFC 9293 §3.10.7.4), and that is in order otherwise.</summary>
    /// <param name="sequence">TCP sequence number of its first byte.</param>
    /// <param name="payload">The bytes.</param>
    public void SendUnacceptable(uint sequence, ReadOnlySpan<byte> payload) => _peer.SendRaw(Frame(sequence, Expected + NeverSent, TcpFlags.Ack, new TcpOptions(), payload));

    /// <summary>Acknowledges.</summary>
    /// <param name="sequence">Up to where; null for everything received in order.</param>
    /// <param name="sack">Blocks received beyond, at most three.</param>
    public void Acknowledge(uint? sequence = null, params ReadOnlySpan<SackBlock> sack)
    {
        var options = new TcpOptions();
        foreach (SackBlock block in sack) options.AddSackBlock(block);
        _peer.SendRaw(Frame(NextSequence, sequence ?? Expected, TcpFlags.Ack, options, []));
    }

    /// <summary>Ends our side.</summary>
    public void SendFin()
    {
        SendAt(NextSequence, [], TcpFlags.Fin);
        NextSequence++;
    }

    /// <summary>Resets the connection.</summary>
    public void SendRst() => SendAt(NextSequence, [], TcpFlags.Rst);

    internal void OnSegment(int index, byte[] frame, in TcpHeader header, in TcpOptions options, byte[] payload)
    {
        if (options.HasTimestamps) _echo = options.TimestampValue;
        if ((header.Flags & TcpFlags.Syn) != 0)
        {
            MachineInitialSequence = header.Sequence;
            Wire = new StreamCapture(header.Sequence + 1);
            Received = new StreamCapture(header.Sequence + 1);
            AnswerSyn(options);
            return;
        }

        var segment = new SeenSegment(index, frame, header, payload, false);
        Wire.Add(header.Sequence, payload);
        segment = segment with { IsLost = Loses?.Invoke(segment) ?? false };
        Segments.Add(segment);
        if (segment.IsLost) return;
        IsEstablished = true;
        HasRst |= (header.Flags & TcpFlags.Rst) != 0;
        if ((header.Flags & TcpFlags.Ack) != 0 && TcpSequence.IsAfter(header.Acknowledgment, AcknowledgedByMachine)) AcknowledgedByMachine = header.Acknowledgment;
        Received.Add(header.Sequence, payload);
        if ((header.Flags & TcpFlags.Fin) != 0) (HasFin, _finSequence) = (true, segment.End);
        if (Options.AcknowledgesAtOnce && (payload.Length > 0 || (header.Flags & TcpFlags.Fin) != 0)) AcknowledgeWithHoles(segment);
    }

    private void AcknowledgeWithHoles(SeenSegment segment)
    {
        bool isBeyond = TcpSequence.IsAfter(segment.Sequence, Expected);
        if (isBeyond && Options.Sack) Acknowledge(null, new SackBlock(segment.Sequence, segment.End));
        else Acknowledge();
    }

    private void AnswerSyn(in TcpOptions theirs)
    {
        var options = new TcpOptions { MaximumSegmentSize = Options.Mss, SackPermitted = Options.Sack && theirs.SackPermitted };
        if (Options.WindowScale >= 0 && theirs.WindowScale >= 0) options.WindowScale = Options.WindowScale;
        _usesTimestamps = Options.Timestamps && theirs.HasTimestamps;
        _peer.SendRaw(Frame(Options.InitialSequence, MachineInitialSequence + 1, TcpFlags.Syn | TcpFlags.Ack, options, []));
        NextSequence = Options.InitialSequence + 1;
        AcknowledgedByMachine = Options.InitialSequence;
    }

    private bool _usesTimestamps;

    private byte[] Frame(uint sequence, uint acknowledgment, TcpFlags flags, TcpOptions options, ReadOnlySpan<byte> payload)
    {
        if (_usesTimestamps)
        {
            options.HasTimestamps = true;
            options.TimestampValue = _timestamp++;
            options.TimestampEcho = _echo;
        }

        var header = new TcpHeader
        {
            SourcePort = Tuple.LocalPort,
            DestinationPort = Tuple.RemotePort,
            Sequence = sequence,
            Acknowledgment = acknowledgment,
            Flags = flags,
            Window = Options.Window,
        };
        return _peer.Codec.Build(Tuple, _machine, header, options, payload);
    }
}
