using NicEmu.DeviceModel.Port;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;

namespace NicEmu.DeviceModel.Core;

/// <summary>The way of a chain from a personality to the port's queue: room, headers, TLS, queue. Segmentation happens as the port sends.</summary>
internal sealed class TxPipeline(CoreGeometry geometry, MacPort port, TraceSource trace, CounterFile counters)
{
    private const TxOffloads KnownOffloads = SegmentationEngine.Rewriting | TxOffloads.VlanInsert;
    private const TxOffloads TcpOnly = TxOffloads.Segmentation | TxOffloads.Tls;

    private PortConfiguration _configuration = new();

    /// <summary>Takes over a configuration.</summary>
    /// <param name="configuration">The configuration.</param>
    public void Configure(PortConfiguration configuration) => _configuration = configuration;

    /// <summary>Takes a chain.</summary>
    /// <param name="request">The chain.</param>
    public TxOutcome Submit(ref TxRequest request)
    {
        if (!_configuration.TxEnable)
        {
            return Refuse(request, TxStatus.Flushed);
        }

        if (request.Frame.Length > geometry.MaxChainBytes)
        {
            return Refuse(request, TxStatus.DescriptorMalformed);
        }

        // Before TLS moves its state, and before anything is reported: the same chain comes again.
        if (port.IsUp && !port.HasRoom(request.Frame.Length))
        {
            return new TxOutcome(TxStatus.Ok, 0, true);
        }

        if (trace.Enabled)
        {
            var e = new TraceEvent { Kind = TraceEventKind.HostFrameSent, Index = request.Queue, Length = request.Frame.Length, Handle = request.Handle };
            trace.Emit(e, request.Frame);
        }

        TxStatus status = Check(request, out FrameLayout layout);
        if (status == TxStatus.Ok && !port.IsUp)
        {
            status = TxStatus.LinkDown;
        }

        if (status != TxStatus.Ok)
        {
            return Refuse(request, status);
        }

        TxChain chain = port.Stage(request.Frame);
        chain.Layout = layout;
        chain.Offloads = request.Offloads;
        chain.Mss = (request.Offloads & TxOffloads.Segmentation) != 0 ? request.Mss : 0;
        chain.VlanTci = request.VlanTci;
        chain.Queue = request.Queue;
        port.Enqueue();
        return new TxOutcome(TxStatus.Ok, chain.FrameCount, false);
    }

    private TxStatus Check(in TxRequest request, out FrameLayout layout)
    {
        TxOffloads offloads = request.Offloads;
        layout = (offloads & TxOffloads.Segmentation) != 0 ? FrameParser.ParseUnsegmented(request.Frame) : FrameParser.Parse(request.Frame);
        if ((offloads & ~KnownOffloads) != 0)
        {
            return TxStatus.DescriptorMalformed;
        }

        if (request.Frame.Length < FrameParser.EthernetHeaderLength || !HeadersFit(request, layout))
        {
            return TxStatus.HeadersMalformed;
        }

        if ((offloads & TxOffloads.Segmentation) == 0)
        {
            return request.Frame.Length - layout.EthernetLength > _configuration.Mtu ? TxStatus.TooLong : TxStatus.Ok;
        }

        int longest = layout.PayloadOffset - layout.L3Offset + Math.Min(request.Mss, layout.PayloadLength);
        return request.Mss == 0 || longest > _configuration.Mtu ? TxStatus.DescriptorMalformed : TxStatus.Ok;
    }

    private static bool HeadersFit(in TxRequest request, in FrameLayout layout)
    {
        TxOffloads offloads = request.Offloads;
        if ((offloads & SegmentationEngine.Rewriting) == 0)
        {
            return true;
        }

        int headerLength = layout.L4Protocol == 0 ? layout.L4Offset : layout.PayloadOffset;
        if (layout.Verdict != FrameVerdict.Ok || headerLength > SegmentationEngine.MaxHeaderLength)
        {
            return false;
        }

        if ((offloads & TcpOnly) != 0)
        {
            return layout.IsTcp && (request.HeaderLength == 0 || request.HeaderLength == layout.PayloadOffset);
        }

        return ((offloads & TxOffloads.Ipv4Checksum) == 0 || layout.IpVersion == 4)
            && ((offloads & TxOffloads.L4Checksum) == 0 || layout.L4Protocol != 0);
    }

    private TxOutcome Refuse(in TxRequest request, TxStatus status)
    {
        counters.Values.TxErrors++;
        if ((request.Offloads & TxOffloads.Tls) != 0)
        {
            counters.Values.TxTlsErrors++;
        }

        switch (status)
        {
            case TxStatus.HeadersMalformed:
                trace.GuestError(GuestErrorCode.FrameMalformed, "the frame's headers do not fit the offloads asked for", index: request.Queue, handle: request.Handle);
                break;
            case TxStatus.TooLong:
                trace.GuestError(GuestErrorCode.FrameMalformed, "the frame exceeds the MTU", value: (ulong)request.Frame.Length, index: request.Queue);
                break;
            case TxStatus.DescriptorMalformed:
                trace.GuestError(
                    GuestErrorCode.DescriptorMalformed, "MSS, length or offloads out of range", value: request.Mss, index: request.Queue, handle: request.Handle);
                break;
        }

        return new TxOutcome(status, 0, false);
    }
}
