using NicEmu.DeviceModel.Core;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Timing;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.DeviceModel.Port;

/// <summary>
/// The port: a bounded queue of chains, sent frame by frame at link rate, and the entrance of received frames. A frame appears on the link when its
/// last bit has been sent. While the port is down nothing is sent or taken in, and going down discards the queue.
/// </summary>
internal sealed class MacPort
{
    /// <summary>Chains that the queue holds.</summary>
    public const int MaxChains = 64;

    /// <summary>Least length of a frame on the wire without frame check sequence (IEEE 802.3 §3.2.8); shorter ones take that time and are not padded.</summary>
    private const int MinWireBytes = 60;

    // No queue of the host: none waits for these frames when it is flushed.
    private const int OwnFrames = -1;

    private readonly TxChain[] _chains = new TxChain[MaxChains];

    // A stack, so that the buffer used last, which the cache still holds, is used next.
    private readonly TxChain[] _free = new TxChain[MaxChains];
    private readonly ITimer _timer;
    private readonly IScheduler _scheduler;
    private readonly TraceSource _trace;
    private readonly CounterFile _counters;
    private readonly IMacPortClient _client;
    private readonly int _capacityBytes;
    private readonly byte[] _headers = new byte[SegmentationEngine.HeaderRoom];
    private readonly FrameHandler _onReceived;
    private readonly Action<bool> _onStateChanged;
    private byte[] _whole = [];
    private int _head;
    private int _count;
    private int _queuedBytes;
    private bool _adminUp;
    private bool _roomAwaited;
    private ILink? _link;

    /// <summary>Creates a port that is down and has no link.</summary>
    /// <param name="maxChainBytes">Longest chain; the queue holds four of them.</param>
    /// <param name="scheduler">Time.</param>
    /// <param name="trace">Where frames are reported.</param>
    /// <param name="counters">Counts what is sent.</param>
    /// <param name="client">The owner.</param>
    public MacPort(int maxChainBytes, IScheduler scheduler, TraceSource trace, CounterFile counters, IMacPortClient client)
    {
        _capacityBytes = 4 * maxChainBytes;
        _scheduler = scheduler;
        _trace = trace;
        _counters = counters;
        _client = client;
        _timer = scheduler.CreateTimer("mac-port", FrameEnd);
        _onReceived = OnReceived;
        _onStateChanged = _ => Refresh();
        for (int i = 0; i < MaxChains; i++)
        {
            _free[i] = new TxChain();
        }
    }

    /// <summary>Whether the port is up: administratively, and the other end of the link is present.</summary>
    public bool IsUp { get; private set; }

    /// <summary>Whether nothing is queued.</summary>
    public bool IsIdle => _count == 0;

    /// <summary>Whether frames of a transmit queue have not left yet.</summary>
    /// <param name="queue">Transmit queue.</param>
    public bool HoldsFramesOf(int queue)
    {
        for (int i = 0; i < _count; i++)
        {
            if (_chains[(_head + i) % MaxChains].Queue == queue)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Plugs the port into a link; null unplugs it.</summary>
    /// <param name="link">The link.</param>
    public void Attach(ILink? link)
    {
        _link?.OnReceived(null);
        _link?.OnStateChanged(null);
        _link = link;
        _link?.OnReceived(_onReceived);
        _link?.OnStateChanged(_onStateChanged);
        Refresh();
    }

    /// <summary>Brings the port up or down administratively.</summary>
    /// <param name="up">True for up.</param>
    public void SetAdmin(bool up)
    {
        _adminUp = up;
        Refresh();
    }

    /// <summary>Whether a chain fits. When not, <see cref="IMacPortClient.RoomAvailable"/> follows.</summary>
    /// <param name="length">Bytes of the chain.</param>
    public bool HasRoom(int length)
    {
        bool fits = _count < MaxChains && _queuedBytes + length <= _capacityBytes;
        _roomAwaited |= !fits;
        return fits;
    }

    /// <summary>Copies a chain into the next free slot. It is not queued before <see cref="Enqueue"/>.</summary>
    /// <param name="bytes">Headers and payload, for which there is room.</param>
    public TxChain Stage(ReadOnlySpan<byte> bytes)
    {
        TxChain chain = _free[MaxChains - _count - 1];
        chain.Load(bytes);
        return chain;
    }

    /// <summary>Queues the chain that was staged last.</summary>
    public void Enqueue()
    {
        TxChain chain = _free[MaxChains - _count - 1];
        _chains[(_head + _count) % MaxChains] = chain;
        _queuedBytes += chain.Length;
        _count++;
        if (_count == 1)
        {
            StartFrame();
        }
    }

    /// <summary>Queues a frame that the card itself made, as it is.</summary>
    /// <param name="frame">A complete frame.</param>
    public FrameOutcome Send(ReadOnlySpan<byte> frame)
    {
        if (!IsUp)
        {
            return FrameOutcome.Lost;
        }

        if (!HasRoom(frame.Length))
        {
            return FrameOutcome.NoRoom;
        }

        TxChain chain = Stage(frame);
        chain.Queue = OwnFrames;
        chain.Layout = FrameParser.Parse(frame);
        Enqueue();
        return FrameOutcome.Queued;
    }

    /// <summary>Discards the queue and goes down, without telling the owner.</summary>
    public void Reset()
    {
        Discard();
        _roomAwaited = false;
        _adminUp = false;
        IsUp = false;
    }

    /// <summary>The port's state, copied.</summary>
    public MacPortSnapshot Save()
    {
        var chains = new TxChainSnapshot[_count];
        for (int i = 0; i < _count; i++)
        {
            chains[i] = _chains[(_head + i) % MaxChains].Save();
        }

        return new MacPortSnapshot(_adminUp, _roomAwaited, _timer.DeadlinePs, [.. chains]);
    }

    /// <summary>Puts a saved state back.</summary>
    /// <param name="snapshot">The state.</param>
    /// <exception cref="ArgumentException">It holds more chains than the queue.</exception>
    public void Restore(MacPortSnapshot snapshot)
    {
        if (snapshot.Chains.Length > MaxChains)
        {
            throw new ArgumentException("The snapshot holds more chains than the queue.", nameof(snapshot));
        }

        Reset();
        _adminUp = snapshot.AdminUp;
        IsUp = _adminUp && _link is { IsUp: true };
        _roomAwaited = snapshot.RoomAwaited;
        foreach (TxChainSnapshot saved in snapshot.Chains)
        {
            TxChain chain = _free[MaxChains - _count - 1];
            chain.Restore(saved);
            _chains[_count++] = chain;
            _queuedBytes += chain.Length;
        }

        if (snapshot.FrameEndPs is { } deadline)
        {
            _timer.ArmAt(deadline);
        }
    }

    private void Refresh()
    {
        bool up = _adminUp && _link is { IsUp: true };
        if (up == IsUp)
        {
            return;
        }

        IsUp = up;
        if (!up)
        {
            Discard();
        }

        _client.LinkChanged(up);
        OfferRoom();
    }

    private void Discard()
    {
        _timer.Cancel();
        while (_count > 0)
        {
            Release();
        }

        _head = 0;
    }

    private void Release()
    {
        TxChain chain = _chains[_head];
        _queuedBytes -= chain.Length;
        _head = (_head + 1) % MaxChains;
        _count--;
        _free[MaxChains - _count - 1] = chain;
    }

    private void OnReceived(ReadOnlySpan<byte> frame)
    {
        if (IsUp)
        {
            _client.FrameReceived(frame);
        }
    }

    private void StartFrame()
    {
        TxChain chain = _chains[_head];
        long bytes = Math.Max(MinWireBytes, chain.FrameLength(chain.NextFrame)) + TimingTable.WireOverheadBytes;
        _timer.ArmAt(_scheduler.NowPs + (bytes * TimingTable.WireBytePs));
    }

    private void FrameEnd()
    {
        TxChain chain = _chains[_head];
        bool stopped = (chain.Offloads & TxOffloads.Tls) != 0 && !chain.IsProtected;
        if (!stopped)
        {
            SendFrame(chain);
        }

        if (stopped || ++chain.NextFrame == chain.FrameCount)
        {
            Release();
        }

        if (_count > 0)
        {
            StartFrame();
        }

        if (stopped)
        {
            _client.PlaintextStopped(chain.Handle);
        }

        OfferRoom();
    }

    private void OfferRoom()
    {
        if (_roomAwaited && _count <= MaxChains / 2 && _queuedBytes <= _capacityBytes / 2)
        {
            _roomAwaited = false;
            _client.RoomAvailable();
        }
    }

    private void SendFrame(TxChain chain)
    {
        int length = SegmentationEngine.BuildHeaders(
            chain.Bytes, chain.Layout, chain.Offloads, chain.Mss, chain.VlanTci, chain.NextFrame, _headers, out ReadOnlySpan<byte> payload);
        ReadOnlySpan<byte> headers = _headers.AsSpan(0, length);
        _counters.Values.TxFrames++;
        _counters.Values.TxBytes += (ulong)(length + payload.Length);
        bool isTls = chain.Handle != 0 && chain.IsProtected;
        if (isTls)
        {
            _counters.Values.TxTlsPackets++;
            _counters.Values.TxTlsBytes += (ulong)Math.Min(payload.Length, chain.Layout.PayloadLength);
        }

        if (_trace.Enabled)
        {
            Report(chain, headers, payload, isTls);
        }

        // ILink.Send wants at least an Ethernet header in its first part; frames that nothing was rewritten in have none of their own.
        if (length < FrameParser.EthernetHeaderLength)
        {
            _link!.Send(payload, default);
        }
        else
        {
            _link!.Send(headers, payload);
        }
    }

    private void Report(TxChain chain, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload, bool isTls)
    {
        int length = headers.Length + payload.Length;
        if (_whole.Length < length)
        {
            _whole = new byte[Math.Max(length, 16384)];
        }

        headers.CopyTo(_whole);
        payload.CopyTo(_whole.AsSpan(headers.Length));
        int offset = chain.NextFrame * chain.Mss;
        var e = new TraceEvent
        {
            Kind = TraceEventKind.FrameSent,
            Length = length,
            Handle = isTls ? chain.Handle : 0,
            RecordNumber = isTls ? chain.RecordAt(offset) : 0,
            TcpSequence = isTls ? unchecked(chain.Sequence + (uint)offset) : 0,
        };
        _trace.Emit(e, _whole.AsSpan(0, length));
    }
}
