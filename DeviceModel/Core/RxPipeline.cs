using System.Buffers.Binary;
using NicEmu.DeviceModel.Port;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;

namespace NicEmu.DeviceModel.Core;

/// <summary>The way of a received frame from the port to a personality's buffer: filter, checksums, rule, buffer, TLS, delivery.</summary>
internal sealed class RxPipeline(CoreGeometry geometry, TraceSource trace, CounterFile counters, INicCoreClient client)
{
    private const int AddressesLength = 12;

    private readonly AddressFilter _filter = new();
    private readonly ReceiveScaling _scaling = new();

    // Out of place: the wire copy lives until the verdict (headers are at most two tags longer than the MTU tells).
    private readonly byte[] _buffer = new byte[geometry.MaxMtu + FrameParser.EthernetHeaderLength + (2 * FrameParser.VlanTagLength)];
    private PortConfiguration _configuration = new();

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
        Deliver(frame, layout, flags);
    }

    private void Deliver(ReadOnlySpan<byte> frame, in FrameLayout layout, RxFlags flags)
    {
        RssHashType hashType = _scaling.Hash(frame, layout, out uint hash);
        int queue = _scaling.QueueOf(hashType, hash, geometry.Queues);
        int stripped = _configuration.VlanStrip && layout.VlanTags > 0 && BinaryPrimitives.ReadUInt16BigEndian(frame[AddressesLength..]) == FrameParser.VlanTpid
            ? FrameParser.VlanTagLength
            : 0;
        if (!client.TryTakeBuffer(queue, frame.Length - stripped))
        {
            counters.Values.RxNoBuffer++;
            return;
        }

        ReadOnlySpan<byte> bytes = frame;
        ushort tci = 0;
        if (stripped > 0)
        {
            tci = BinaryPrimitives.ReadUInt16BigEndian(frame[(AddressesLength + 2)..]);
            flags |= RxFlags.VlanStripped;
            frame[..AddressesLength].CopyTo(_buffer);
            frame[(AddressesLength + stripped)..].CopyTo(_buffer.AsSpan(AddressesLength));
            bytes = _buffer.AsSpan(0, frame.Length - stripped);
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
        };
        var e = new TraceEvent { Kind = TraceEventKind.HostFrameReceived, Index = queue, Code = (int)delivery.Verdict, Length = bytes.Length };
        trace.Emit(e, bytes);
        client.Deliver(delivery);
    }
}
