using System.Text.Unicode;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;

namespace NicEmu.Traces;

/// <summary>
/// The plain interface of one device. A record's event names its context but no address, so the addresses come from frames: those of the
/// latest frame event that carries the same handle, which may precede the plaintext (a frame handed over for sending) or follow it. Until then
/// the records wait, at most <see cref="MaxWaiting"/> of them. A decrypted frame delivered without a handle serves when one context alone waits.
/// </summary>
internal sealed class PlaintextPort(PcapngWriter writer, int interfaceId, PlainView view)
{
    public const int MaxWaiting = 64;
    private const int MaxKnownFlows = 4096;

    private readonly Dictionary<ulong, TcpFlow> _flows = [];
    private readonly Dictionary<ulong, HttpMessages> _messages = [];
    private readonly Queue<(TraceEvent Event, byte[] Data)> _waiting = [];
    private readonly byte[] _header = new byte[ExportedPduHeader.MaxLength];
    private readonly byte[] _comment = new byte[256];

    public void Record(in TraceEvent e, ReadOnlySpan<byte> plaintext)
    {
        if (_flows.TryGetValue(e.Handle, out TcpFlow flow))
        {
            Write(e, flow, plaintext);
            return;
        }

        if (_waiting.Count == MaxWaiting)
        {
            Drain();
        }

        _waiting.Enqueue((e, plaintext.ToArray()));
    }

    public void Frame(in TraceEvent e, ReadOnlySpan<byte> frame)
    {
        ulong handle = e.Handle;
        if (handle == 0 && e.Kind == TraceEventKind.HostFrameReceived && e.Code == (int)RxVerdict.Decrypted)
        {
            handle = OnlyWaitingReceiver();
        }

        if (handle == 0 || !TcpFrame.TryParse(frame, out TcpFrame segment))
        {
            return;
        }

        if (_flows.Count >= MaxKnownFlows && !_flows.ContainsKey(handle))
        {
            _flows.Clear();
        }

        _flows[handle] = segment.Flow;
        for (int left = _waiting.Count; left > 0; left--)
        {
            (TraceEvent Event, byte[] Data) oldest = _waiting.Dequeue();
            if (_flows.TryGetValue(oldest.Event.Handle, out TcpFlow flow))
            {
                Write(oldest.Event, flow, oldest.Data);
            }
            else
            {
                _waiting.Enqueue(oldest);
            }
        }
    }

    public void Forget(ulong handle)
    {
        foreach ((TraceEvent e, _) in _waiting)
        {
            if (e.Handle == handle)
            {
                Drain();
                break;
            }
        }

        if (_messages.Remove(handle, out HttpMessages? messages) && messages.TakeRest(out ReadOnlyMemory<byte> rest))
        {
            Put(messages.Last, Flow(handle), rest.Span);
        }

        _flows.Remove(handle);
    }

    /// <summary>Writes what waits, without addresses where none became known.</summary>
    public void Drain()
    {
        while (_waiting.TryDequeue(out (TraceEvent Event, byte[] Data) entry))
        {
            Write(entry.Event, Flow(entry.Event.Handle), entry.Data);
        }
    }

    /// <summary>Writes everything that waits, unfinished messages too, and forgets all contexts.</summary>
    public void Finish()
    {
        Drain();
        foreach ((ulong handle, HttpMessages messages) in _messages.OrderBy(m => m.Key))
        {
            if (messages.TakeRest(out ReadOnlyMemory<byte> rest))
            {
                Put(messages.Last, Flow(handle), rest.Span);
            }
        }

        _messages.Clear();
        _flows.Clear();
    }

    private TcpFlow? Flow(ulong handle) => _flows.TryGetValue(handle, out TcpFlow flow) ? flow : null;

    private ulong OnlyWaitingReceiver()
    {
        ulong handle = 0;
        foreach ((TraceEvent e, _) in _waiting)
        {
            if ((e.Flags & 1) != 0 && handle != e.Handle)
            {
                if (handle != 0)
                {
                    return 0;
                }

                handle = e.Handle;
            }
        }

        return handle;
    }

    private void Write(in TraceEvent e, TcpFlow? flow, ReadOnlySpan<byte> plaintext)
    {
        if (view == PlainView.Data || e.Code != (int)TlsContentType.ApplicationData)
        {
            Put(e, flow, plaintext);
            return;
        }

        if (!_messages.TryGetValue(e.Handle, out HttpMessages? messages))
        {
            _messages.Add(e.Handle, messages = new HttpMessages());
        }

        messages.Add(e, plaintext);
        while (messages.TryTake(out ReadOnlyMemory<byte> message))
        {
            Put(e, flow, message.Span);
        }
    }

    private void Put(in TraceEvent e, TcpFlow? flow, ReadOnlySpan<byte> plaintext)
    {
        bool http = view == PlainView.Http && e.Code == (int)TlsContentType.ApplicationData;
        int header = ExportedPduHeader.Write(http ? "http"u8 : "data"u8, flow, _header);
        Utf8.TryWrite(_comment, $"TLS context 0x{e.Handle:x16}, record {e.RecordNumber}, content type {e.Code}", out int comment);
        PacketDirection direction = (e.Flags & 1) != 0 ? PacketDirection.Inbound : PacketDirection.Outbound;
        writer.WritePacket(interfaceId, e.TimePs / 1000, direction, _header.AsSpan(0, header), plaintext, _comment.AsSpan(0, comment));
    }
}
