using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using NicEmu.Net;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Seams;

namespace NicEmu.Firmware.Toe;

/// <summary>
/// The TCP offload engine's program from one enabling to the next: runs a TCP/IP stack over the packet ring and serves the host's commands. Everything it
/// remembers goes when the engine is disabled.
/// </summary>
internal sealed class ToeProgram
{
    private const int FrameBudget = 32;
    private const int CommandBudget = 16;

    private readonly ToePort _port;
    private readonly NetStack _net;
    private readonly NetStackConfig _config;
    private readonly ToeConnectionTable _connections;
    private readonly Dictionary<ushort, ToeListener> _listeners = [];
    private readonly Queue<ToeCompletion> _completions = new();
    private ulong _listenerNumber;
    private long _nowPs;

    /// <summary>Starts the program.</summary>
    /// <param name="bus">The internal bus of a card whose engine is enabled.</param>
    /// <param name="nowPs">Time.</param>
    public ToeProgram(IInternalBus bus, long nowPs)
    {
        _nowPs = nowPs;
        _port = new ToePort(bus);
        _config = _port.ReadConfiguration();
        _net = new NetStack(_config);
        Host = new EngineJobs<HostEntry>(bus, InternalWindow.HostRing, NativeMap.ToeInternal.HostProducer, NativeMap.ToeInternal.HostDone);
        Crypto = new EngineJobs<CryptoEntry>(bus, InternalWindow.CryptoRing, NativeMap.ToeInternal.CryptoProducer, NativeMap.ToeInternal.CryptoDone);
        _connections = new ToeConnectionTable(_port.Capacity, _port);
    }

    /// <summary>How connections of the engine behave: the buffers are what a connection has in card memory, and a short time suffices to remember ended ones.</summary>
    public static TcpConfig Tcp { get; } = new()
    {
        SendBufferBytes = ToeDevice.SendBufferBytes,
        ReceiveBufferBytes = ToeDevice.ReceiveBufferBytes,
        MaximumSegmentLifetimePs = 500_000_000_000,
    };

    /// <summary>DMA.</summary>
    public EngineJobs<HostEntry> Host { get; }

    /// <summary>Records.</summary>
    public EngineJobs<CryptoEntry> Crypto { get; }

    /// <summary>Card memory of all connections.</summary>
    public Span<byte> Memory => _port.Memory;

    /// <summary>Does what there is to do.</summary>
    /// <param name="nowPs">Time.</param>
    /// <returns>When to call again at the latest, in picoseconds; <see cref="long.MaxValue"/>: only a line brings work.</returns>
    public long Run(long nowPs)
    {
        _nowPs = nowPs;
        Host.Reap();
        Crypto.Reap();
        bool more = TakeFrames();
        more |= TakeCommands();
        while (_port.HasFrameRoom && _net.TryPoll(nowPs, out OutgoingSegment segment))
        {
            _port.Send(segment);
        }

        _connections.Sweep();
        while (_completions.TryPeek(out ToeCompletion completion) && _port.TryComplete(completion))
        {
            _completions.Dequeue();
        }

        // With the packet ring full only its line brings work.
        return more ? nowPs : _port.HasFrameRoom ? _net.NextDeadlinePs : long.MaxValue;
    }

    /// <summary>Ends a command.</summary>
    /// <param name="completion">What the host is told.</param>
    public void Complete(in ToeCompletion completion) => _completions.Enqueue(completion);

    /// <summary>Ends a command with a status and nothing more.</summary>
    /// <param name="command">The command.</param>
    /// <param name="status">Its outcome.</param>
    public void Complete(in ToeCommand command, ToeStatus status) => Complete(Answer(command, status));

    /// <summary>The completion of a command with a status and nothing more.</summary>
    /// <param name="command">The command.</param>
    /// <param name="status">Its outcome.</param>
    public static ToeCompletion Answer(in ToeCommand command, ToeStatus status) =>
        new() { Status = status, Opcode = command.Opcode, Cookie = command.Cookie, Handle = command.Handle };

    /// <summary>A passive connection finished its handshake; its memory was kept for it.</summary>
    /// <param name="tcp">The connection.</param>
    /// <returns>Null when it cannot be served: it was ended.</returns>
    public ToeConnection? Adopt(TcpConnection tcp)
    {
        ToeConnection? connection = tcp.State == TcpState.Closed ? null : _connections.TryAdd(this, tcp);
        if (connection is null)
        {
            tcp.Abort();
            return null;
        }

        _port.CountOpened();
        return connection;
    }

    /// <summary>A connection that the host opened is established.</summary>
    public void CountOpened() => _port.CountOpened();

    /// <summary>A connection is over and its commands are completed: its memory is free again.</summary>
    /// <param name="connection">The connection.</param>
    public void Release(ToeConnection connection) => _connections.Release(connection);

    private bool TakeFrames()
    {
        for (int budget = FrameBudget; budget > 0; budget--)
        {
            if (!_port.TryPeekFrame(out ReadOnlySpan<byte> frame, out bool isVerified))
            {
                return false;
            }

            if (!IsRefused(frame))
            {
                _net.Input(frame, _nowPs, 0, isVerified);
            }

            _port.DropFrame();
        }

        return true;
    }

    /// <summary>A SYN that would need memory that is not there is not answered: the peer repeats it, and the host may have closed the port by then and answer it itself.</summary>
    private bool IsRefused(ReadOnlySpan<byte> frame)
    {
        if (!SynFilter.IsOpening(frame, out ushort port) || !_listeners.TryGetValue(port, out ToeListener? listener) || HasRoom)
        {
            return false;
        }

        _port.CountRefused();
        listener.Refuse();
        return true;
    }

    private bool HasRoom
    {
        get
        {
            int reserved = _connections.Count;
            foreach (ToeListener listener in _listeners.Values)
            {
                reserved += listener.Opening;
            }

            return reserved < _connections.Capacity;
        }
    }

    private bool TakeCommands()
    {
        for (int budget = CommandBudget; budget > 0; budget--)
        {
            if (!_port.TryTakeCommand(out ToeCommand command))
            {
                return false;
            }

            Take(command);
        }

        return true;
    }

    private void Take(in ToeCommand command)
    {
        if (command.Reserved2 != 0 || command.Reserved48 != 0 || command.Reserved56 != 0)
        {
            Complete(command, command.Opcode is >= ToeOpcode.Open and <= ToeOpcode.Close ? ToeStatus.BadParameter : ToeStatus.BadOpcode);
            return;
        }

        switch (command.Opcode)
        {
            case ToeOpcode.Open:
                Open(command);
                break;
            case ToeOpcode.Listen:
                Listen(command);
                break;
            case ToeOpcode.Accept or ToeOpcode.Close when TryFindListener(command.Handle, out ToeListener? listener):
                listener.Take(command);
                break;
            case ToeOpcode.Send or ToeOpcode.Receive or ToeOpcode.SwitchTls or ToeOpcode.Close when _connections.TryFind(command.Handle, out ToeConnection? connection):
                connection.Take(command);
                break;
            case ToeOpcode.Accept or ToeOpcode.Send or ToeOpcode.Receive or ToeOpcode.SwitchTls or ToeOpcode.Close:
                Complete(command, ToeStatus.BadHandle);
                break;
            default:
                Complete(command, ToeStatus.BadOpcode);
                break;
        }
    }

    private void Open(in ToeCommand command)
    {
        ToeOpenCommand open = Unsafe.BitCast<ToeCommand, ToeOpenCommand>(command);
        if (command.Handle != 0 || open.Flags != 0 || open.Reserved37 != 0 || open.Reserved40 != 0 || open.RemotePort == 0 || open.IpVersion is not (4 or 6)
            || (open.IpVersion == 4 && (open.AddressFirst >> 32 != 0 || open.AddressLast != 0)))
        {
            Complete(command, ToeStatus.BadParameter);
            return;
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, open.AddressFirst);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], open.AddressLast);
        IpAddress remote = open.IpVersion == 6 ? IpAddress.ReadIpv6(bytes) : IpAddress.ReadIpv4(bytes);
        IpAddress local = open.IpVersion == 6 ? _config.Ipv6Address : _config.Ipv4Address;
        if (local.Length == 0 || remote.IsUnspecified || remote.IsMulticast || remote.IsLimitedBroadcast || remote == local)
        {
            Complete(command, ToeStatus.Unreachable);
        }
        else if (open.LocalPort != 0 && (_listeners.ContainsKey(open.LocalPort) || _connections.Holds(new TcpTuple(local, open.LocalPort, remote, open.RemotePort))))
        {
            Complete(command, ToeStatus.InUse);
        }
        else if (!HasRoom)
        {
            _port.CountRefused();
            Complete(command, ToeStatus.NoRoom);
        }
        else
        {
            TcpConnection tcp = _net.Connect(remote, open.RemotePort, open.LocalPort, Tcp with { MaximumSegmentSize = open.SegmentBytes });
            if (_connections.TryAdd(this, tcp) is { } connection)
            {
                connection.Opening(command);
                return;
            }

            tcp.Fail(TcpCloseReason.Aborted);
            Complete(command, ToeStatus.NoRoom);
        }
    }

    private void Listen(in ToeCommand command)
    {
        ToeOpenCommand open = Unsafe.BitCast<ToeCommand, ToeOpenCommand>(command);
        if (command.Handle != 0 || open.Flags != 0 || open.AddressFirst != 0 || open.AddressLast != 0 || open.RemotePort != 0 || open.LocalPort == 0 || open.IpVersion != 0 || open.Reserved37 != 0
            || open.Reserved40 != 0)
        {
            Complete(command, ToeStatus.BadParameter);
            return;
        }

        if (_listeners.ContainsKey(open.LocalPort))
        {
            Complete(command, ToeStatus.InUse);
            return;
        }

        if (_listeners.Count == ToeDevice.Listeners)
        {
            Complete(command, ToeStatus.NoRoom);
            return;
        }

        TcpListener listener = _net.Listen(open.LocalPort, ToeDevice.Backlog, Tcp with { MaximumSegmentSize = open.SegmentBytes });
        ulong handle = ToeHandles.Of(ToeHandles.Listener, open.LocalPort, ++_listenerNumber);
        _listeners.Add(open.LocalPort, new ToeListener(this, listener, handle));
        SteerPort(open.LocalPort, true);
        Complete(Answer(command, ToeStatus.Ok) with { Handle = handle, LocalPort = open.LocalPort });
    }

    /// <summary>A listener was closed.</summary>
    /// <param name="port">Its port.</param>
    public void Forget(ushort port)
    {
        _listeners.Remove(port);
        SteerPort(port, false);
    }

    private void SteerPort(ushort port, bool add)
    {
        Span<byte> zeros = stackalloc byte[16];
        zeros.Clear();
        if (_config.Ipv4Address.Length != 0)
        {
            _port.Steer(new TcpTuple(_config.Ipv4Address, port, IpAddress.ReadIpv4(zeros), 0), add);
        }

        if (_config.Ipv6Address.Length != 0)
        {
            _port.Steer(new TcpTuple(_config.Ipv6Address, port, IpAddress.ReadIpv6(zeros), 0), add);
        }
    }

    private bool TryFindListener(ulong handle, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ToeListener? listener)
    {
        listener = null;
        return ToeHandles.KindOf(handle) == ToeHandles.Listener && _listeners.TryGetValue((ushort)ToeHandles.IndexOf(handle), out listener) && listener.Handle == handle;
    }
}
