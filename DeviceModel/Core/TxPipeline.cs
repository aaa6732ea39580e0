using System.Buffers.Binary;
using NicEmu.DeviceModel.Port;
using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;

namespace NicEmu.DeviceModel.Core;

/// <summary>The way of a chain from a personality to the port's queue: room, headers, TLS, queue. Segmentation happens as the port sends.</summary>
internal sealed class TxPipeline(CoreGeometry geometry, MacPort port, TlsEngine tls, TxPlacement placement, TraceSource trace, CounterFile counters)
{
    private const TxOffloads KnownOffloads = SegmentationEngine.Rewriting | TxOffloads.VlanInsert;
    private const TxOffloads TcpOnly = TxOffloads.Segmentation | TxOffloads.Tls;
    private const int SequenceOffset = 4;

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

        bool isTls = (request.Offloads & TxOffloads.Tls) != 0;
        ref TxPositionSlot slot = ref placement.PositionOf(request.Queue);
        TxStatus status = isTls ? TxStatus.Ok : tls.Break(ref slot);
        int skip = isTls ? (int)slot.Window.Skip : 0;
        FrameLayout layout = default;
        if (status == TxStatus.Ok)
        {
            status = Check(request, skip, out layout);
        }

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
        if (isTls)
        {
            status = Protect(chain, request.Handle, skip, ref slot);
            if (status != TxStatus.Ok)
            {
                return Refuse(request, status);
            }
        }

        port.Enqueue();
        return new TxOutcome(TxStatus.Ok, chain.FrameCount, false);
    }

    private TxStatus Protect(TxChain chain, ulong handle, int skip, ref TxPositionSlot slot)
    {
        Span<byte> payload = chain.Bytes.Slice(chain.Layout.PayloadOffset, chain.Layout.PayloadLength);
        chain.Sequence = BinaryPrimitives.ReadUInt32BigEndian(chain.Bytes[(chain.Layout.L4Offset + SequenceOffset)..]);
        Locate(chain, handle, payload, slot);
        TxStatus status = tls.Protect(handle, chain.Queue, chain.Sequence, payload, ref slot);
        if (status != TxStatus.Ok)
        {
            return status;
        }

        chain.IsProtected = true;
        if (payload.IsEmpty)
        {
            // A place serves one chain, also one that needs none.
            slot = default;
            return TxStatus.Ok;
        }

        chain.Handle = handle;
        int packets = SegmentationEngine.FrameCount(payload.Length - skip, chain.Mss);
        counters.Values.TxTlsOutOfSequence += tls.CommitTx(handle, payload, packets, ref slot) ? 1UL : 0;
        counters.Values.TxTlsWasteBytes += (ulong)skip;
        chain.Skip(skip);
        return TxStatus.Ok;
    }

    /// <summary>Notes which record the chain begins in, so that every frame's trace can name its first one.</summary>
    private void Locate(TxChain chain, ulong handle, ReadOnlySpan<byte> payload, in TxPositionSlot slot)
    {
        if (slot.IsRange)
        {
            chain.RecordNumber = slot.Position.RecordNumber;
            chain.RecordEnd = slot.Position.Length - (int)(slot.Window.Offset + slot.Window.Skip);
            return;
        }

        if (slot.IsActive)
        {
            chain.RecordNumber = slot.Position.RecordNumber;
            chain.RecordEnd = unchecked((int)(slot.Position.RecordStart + (uint)slot.Position.Length - chain.Sequence));
            return;
        }

        if (!tls.Transmit.TryGet(handle, out TlsTxContext? context))
        {
            return;
        }

        RecordTracker tracker = context.State.Cursor.Tracker;
        chain.RecordNumber = context.State.Cursor.RecordNumber;
        int taken = 0;
        if (tracker.Length == 0 && !payload.IsEmpty)
        {
            // The header may have begun in an earlier chain.
            tracker.Take(payload, out taken);
        }

        chain.RecordEnd = tracker.Length == 0 ? int.MaxValue : tracker.Length - tracker.Offset + taken;
    }

    /// <param name="request">The chain.</param>
    /// <param name="skip">Payload bytes that will not be sent: the lengths in the headers are then the engine's to write, as where it segments.</param>
    /// <param name="layout">Where the headers lie.</param>
    private TxStatus Check(in TxRequest request, int skip, out FrameLayout layout)
    {
        TxOffloads offloads = request.Offloads;
        layout = (offloads & TxOffloads.Segmentation) != 0 || skip > 0 ? FrameParser.ParseUnsegmented(request.Frame) : FrameParser.Parse(request.Frame);
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
            return request.Frame.Length - skip - layout.EthernetLength > _configuration.Mtu ? TxStatus.TooLong : TxStatus.Ok;
        }

        int longest = layout.PayloadOffset - layout.L3Offset + Math.Min(request.Mss, layout.PayloadLength - skip);
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
        // A position applies to the next chain, whatever becomes of it.
        placement.PositionOf(request.Queue) = default;
        counters.Values.TxErrors++;
        if ((request.Offloads & TxOffloads.Tls) != 0)
        {
            counters.Values.TxTlsErrors++;
            placement.Stop(request.Queue, request.Handle);
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
            case not (TxStatus.Flushed or TxStatus.LinkDown):
                placement.Report(status, request.Queue, request.Handle);
                break;
        }

        return new TxOutcome(status, 0, false);
    }
}
