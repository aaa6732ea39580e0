using System.Text.Unicode;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;

namespace NicEmu.Traces;

/// <summary>The four interfaces of one device in a pcapng file.</summary>
internal sealed class DevicePorts
{
    private const int MaxKnownContexts = 4096;

    private readonly PcapngWriter _writer;
    private readonly PcapngTraceOptions _options;
    private readonly int _wire;
    private readonly int _host;
    private readonly int _device;
    private readonly PlaintextPort _plain;
    private readonly Dictionary<ulong, RecordEnds> _records = [];
    private readonly byte[] _comment = new byte[256];
    private readonly byte[] _head = new byte[DeviceRecord.MaxHeadLength];

    public DevicePorts(PcapngWriter writer, int device, bool isFirst, PcapngTraceOptions options)
    {
        _writer = writer;
        _options = options;
        Device = device;
        _wire = writer.AddInterface($"nic{device}-wire", isFirst ? LinkTypes.Ethernet : LinkTypes.HostFrames, "Port of the device: sent before, received after the network");
        _host = writer.AddInterface($"nic{device}-host", LinkTypes.HostFrames, "Frames between driver and device");
        int plain = writer.AddInterface($"nic{device}-plain", LinkTypes.ExportedPdu, "Plaintext of TLS records");
        _device = writer.AddInterface($"nic{device}-device", LinkTypes.DeviceEvents, "Registers, doorbells, DMA, interrupts, contexts, errors");
        _plain = new PlaintextPort(writer, plain, options.PlainAs);
    }

    public int Device { get; }

    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        switch (e.Kind)
        {
            case TraceEventKind.FrameSent:
                _plain.Frame(e, data);
                _writer.WritePacket(_wire, e.TimePs / 1000, PacketDirection.Outbound, data, comment: WireComment(e, data));
                break;
            case TraceEventKind.FrameReceived:
                _plain.Frame(e, data);
                _writer.WritePacket(_wire, e.TimePs / 1000, PacketDirection.Inbound, data, comment: WireComment(e, data));
                break;
            case TraceEventKind.HostFrameSent:
                _plain.Frame(e, data);
                _writer.WritePacket(_host, e.TimePs / 1000, PacketDirection.Outbound, data, comment: HostComment(e));
                break;
            case TraceEventKind.HostFrameReceived:
                _plain.Frame(e, data);
                _writer.WritePacket(_host, e.TimePs / 1000, PacketDirection.Inbound, data, comment: HostComment(e));
                break;
            case TraceEventKind.RecordPlaintext:
                _plain.Record(e, data);
                break;
            case TraceEventKind.TimerFired when !_options.Timers:
                break;
            default:
                Note(e);
                DeviceEvent(e, data);
                break;
        }
    }

    public void Finish() => _plain.Finish();

    private void Note(in TraceEvent e)
    {
        switch (e.Kind)
        {
            case TraceEventKind.RecordProtected:
                Ends(e.Handle).Add(e.RecordNumber, e.TcpSequence, e.Length);
                break;
            case TraceEventKind.ContextRemoved:
                _plain.Forget(e.Handle);
                _records.Remove(e.Handle);
                break;
            case TraceEventKind.Reset:
                _plain.Finish();
                _records.Clear();
                break;
            default:
                break;
        }
    }

    private RecordEnds Ends(ulong handle)
    {
        if (!_records.TryGetValue(handle, out RecordEnds? ends))
        {
            if (_records.Count >= MaxKnownContexts)
            {
                _records.Clear();
            }

            _records.Add(handle, ends = new RecordEnds());
        }

        return ends;
    }

    private void DeviceEvent(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> kept = data[..Math.Min(data.Length, _options.DeviceDataLimit)];
        int head = DeviceRecord.WriteHead(e, kept.Length, _head);
        _writer.WritePacket(_device, e.TimePs / 1000, PacketDirection.Unknown, _head.AsSpan(0, head), kept, omittedBytes: data.Length - kept.Length);
    }

    private ReadOnlySpan<byte> WireComment(in TraceEvent e, ReadOnlySpan<byte> frame)
    {
        if (e.Handle == 0)
        {
            return default;
        }

        ulong last = e.RecordNumber;
        if (_records.TryGetValue(e.Handle, out RecordEnds? ends) && TcpFrame.TryParse(frame, out TcpFrame segment))
        {
            last = ends.LastRecord(e.RecordNumber, e.TcpSequence, segment.Payload.Length);
        }

        int length;
        if (last == e.RecordNumber)
        {
            Utf8.TryWrite(_comment, $"TLS context 0x{e.Handle:x16}, record {last}, sequence 0x{e.TcpSequence:x8}", out length);
        }
        else
        {
            Utf8.TryWrite(_comment, $"TLS context 0x{e.Handle:x16}, records {e.RecordNumber} to {last}, sequence 0x{e.TcpSequence:x8}", out length);
        }

        return _comment.AsSpan(0, length);
    }

    private ReadOnlySpan<byte> HostComment(in TraceEvent e)
    {
        int length;
        if (e.Kind == TraceEventKind.HostFrameSent)
        {
            Utf8.TryWrite(_comment, $"TX queue {e.Index}", out length);
        }
        else
        {
            Utf8.TryWrite(_comment, $"RX queue {e.Index}, TLS verdict {(RxVerdict)e.Code}", out length);
        }

        if (e.Handle != 0)
        {
            Utf8.TryWrite(_comment.AsSpan(length), $", TLS context 0x{e.Handle:x16}, record {e.RecordNumber}", out int more);
            length += more;
        }

        return _comment.AsSpan(0, length);
    }
}
