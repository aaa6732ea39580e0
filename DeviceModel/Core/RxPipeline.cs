using System.Buffers.Binary;
using NicEmu.DeviceModel.Port;
using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;

namespace NicEmu.DeviceModel.Core;

/// <summary>The way of a received frame from the port to a personality's buffer: filter, checksums, rule, buffer, TLS, delivery.</summary>
internal sealed class RxPipeline(
    CoreGeometry geometry, FlowTable flows, TlsEngine tls, TraceSource trace, CounterFile counters, INicCoreClient client)
{
    private const int AddressesLength = 12;
    private const int SequenceOffset = 4;

    private readonly AddressFilter _filter = new();
    private readonly ReceiveScaling _scaling = new();

    // Out of place: the wire copy lives until the verdict (headers are at most two tags longer than the MTU tells).
    private readonly byte[] _buffer = new byte[geometry.MaxMtu + FrameParser.EthernetHeaderLength + (2 * FrameParser.VlanTagLength)];
    private PortConfiguration _configuration = new();
    private int _generation;

    /// <summary>Who may take a frame before the host; null for nobody.</summary>
    public IFrameSteering? Steering { get; set; }

    /// <summary>Abandons a delivery that is going on, if one is.</summary>
    public void Abandon() => _generation++;

    /// <summary>Takes over a configuration.</summary>
    /// <param name="configuration">The configuration.</param>
    public void Configure(PortConfiguration configuration)
    {
        _configuration = configuration;
        _filter.Configure(configuration);
        _scaling.Configure(configuration.Rss);
    }

    /// <summary>Takes a frame from the wire.</summary>
    /// <param name="frame">The frame.</param>
    public void Receive(ReadOnlySpan<byte> frame)
    {
        trace.Emit(new TraceEvent { Kind = TraceEventKind.FrameReceived, Length = frame.Length }, frame);
        if (!_configuration.RxEnable)
        {
            return;
        }

        RxFlags flags = RxFlags.None;
        if (frame.Length < FrameParser.EthernetHeaderLength || !_filter.Accepts(frame, out flags))
        {
            counters.Values.RxFiltered++;
            return;
        }

        FrameLayout layout = FrameParser.Parse(frame);
        if (frame.Length - layout.EthernetLength > _configuration.Mtu)
        {
            counters.Values.RxTooLong++;
            return;
        }

        counters.Values.RxFrames++;
        counters.Values.RxBytes += (ulong)frame.Length;
        counters.Values.RxMulticast += flags == RxFlags.Multicast ? 1UL : 0;
        flags |= ChecksumVerdict.Of(frame, layout);
        counters.Values.RxChecksumErrors += ChecksumVerdict.IsBad(flags) ? 1UL : 0;
        if (Steering is null || !Steering.Takes(frame, layout, flags))
        {
            Deliver(frame, layout, flags);
        }
    }

    private void Deliver(ReadOnlySpan<byte> frame, in FrameLayout layout, RxFlags flags)
    {
        RssHashType hashType = _scaling.Hash(frame, layout, out uint hash);
        RxRule rule = default;
        if (layout.IsTcp)
        {
            flows.TryFind(FlowTuple.Of(frame, layout), out rule);
        }

        int queue = rule.IsActive ? rule.Queue : _scaling.QueueOf(hashType, hash, geometry.Queues);
        int stripped = _configuration.VlanStrip && layout.VlanTags > 0 && BinaryPrimitives.ReadUInt16BigEndian(frame[AddressesLength..]) == FrameParser.VlanTpid
            ? FrameParser.VlanTagLength
            : 0;
        int generation = _generation;
        bool isTaken = client.TryTakeBuffer(queue, frame.Length - stripped);
        if (generation != _generation)
        {
            // A reset came while the personality reached for its memory: the frame is lost with everything else.
            return;
        }

        if (!isTaken)
        {
            counters.Values.RxNoBuffer++;
            return;
        }

        Span<byte> plain = _buffer.AsSpan(0, frame.Length - stripped);
        RxResult result = rule.Handle == 0 ? default : Open(frame, layout, flags, rule.Handle, plain[Math.Max(0, layout.PayloadOffset - stripped)..]);
        ReadOnlySpan<byte> bytes = frame;
        ushort tci = 0;
        if (stripped > 0)
        {
            tci = BinaryPrimitives.ReadUInt16BigEndian(frame[(AddressesLength + 2)..]);
            flags |= RxFlags.VlanStripped;
        }

        if (result.Verdict == RxVerdict.Decrypted)
        {
            CopyAround(frame, layout.PayloadOffset, stripped, plain);
            frame[layout.PacketEnd..].CopyTo(plain[(layout.PacketEnd - stripped)..]);
            bytes = plain;
        }
        else if (stripped > 0)
        {
            CopyAround(frame, frame.Length, stripped, plain);
            bytes = plain;
        }

        var delivery = new RxDelivery
        {
            Queue = queue,
            Frame = bytes,
            Flags = hashType == RssHashType.None ? flags : flags | RxFlags.HashValid,
            VlanTci = tci,
            Hash = hash,
            HashType = hashType,
            L3Offset = layout.IpVersion == 0 ? 0 : layout.L3Offset - stripped,
            L4Offset = layout.L4Protocol == 0 ? 0 : layout.L4Offset - stripped,
            Verdict = result.Verdict,
            Reason = result.Reason,
            RecordsCompleted = (byte)Math.Min(result.RecordsCompleted, byte.MaxValue),
            CandidateSequence = result.CandidateSequence,
            Handle = rule.Handle,
            RecordNumber = result.RecordNumber,
        };
        var e = new TraceEvent
        {
            Kind = TraceEventKind.HostFrameReceived,
            Index = queue,
            Code = (int)delivery.Verdict,
            Length = bytes.Length,
            Handle = delivery.Handle,
            RecordNumber = delivery.RecordNumber,
        };
        trace.Emit(e, bytes);
        client.Deliver(delivery);
    }

    private RxResult Open(ReadOnlySpan<byte> frame, in FrameLayout layout, RxFlags flags, ulong handle, Span<byte> plain)
    {
        ReadOnlySpan<byte> wire = frame[layout.PayloadOffset..layout.PacketEnd];
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(frame[(layout.L4Offset + SequenceOffset)..]);
        RxResult result = ChecksumVerdict.IsBad(flags)
            ? new RxResult(RxVerdict.NotDecrypted, RxReason.BadChecksum)
            : tls.Open(handle, sequence, wire, plain[..wire.Length], trace.NowPs);
        Count(result, wire.Length);
        return result;
    }

    private void Count(in RxResult result, int length)
    {
        ref CoreStatistics counts = ref counters.Values;
        if (result.Verdict == RxVerdict.Decrypted)
        {
            counts.RxTlsPackets++;
            counts.RxTlsBytes += (ulong)length;
            return;
        }

        counts.RxTlsPassed += result.Reason == RxReason.NoPayload ? 0UL : 1;
        counts.RxTlsResyncRequests += result.Verdict == RxVerdict.ResyncRequest ? 1UL : 0;
        counts.RxTlsErrors += result.Reason is RxReason.BadTag or RxReason.BadHeader ? 1UL : 0;
    }

    /// <summary>Copies the first bytes of a frame without its outer tag.</summary>
    private static void CopyAround(ReadOnlySpan<byte> frame, int end, int stripped, Span<byte> to)
    {
        frame[..AddressesLength].CopyTo(to);
        frame[(AddressesLength + stripped)..end].CopyTo(to[AddressesLength..]);
    }
}
