using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using NicEmu.Net;
using NicEmu.Spec.Native.Toe;

namespace NicEmu.Firmware.Toe;

/// <summary>One connection of the host, from OPEN or its handshake to CLOSE.</summary>
internal sealed class ToeConnection : ITcpObserver
{
    private readonly ToeProgram _program;
    private readonly ToeSender _sender;
    private readonly ToeReceiver _receiver;
    private ToeCommand? _open;
    private ToeCommand? _close;
    private bool _isClosing;
    private bool _isOver;
    private bool _isReleased;

    /// <summary>Takes a connection over.</summary>
    /// <param name="program">The program.</param>
    /// <param name="tcp">The connection.</param>
    /// <param name="handle">Its name.</param>
    /// <param name="index">Its part of card memory.</param>
    public ToeConnection(ToeProgram program, TcpConnection tcp, ulong handle, int index)
    {
        (_program, Tcp, Handle) = (program, tcp, handle);
        _sender = new ToeSender(program, this, index * ToeDevice.StageBytes);
        _receiver = new ToeReceiver(program, this, index * ToeDevice.StageBytes);
        tcp.Observer = this;
    }

    /// <summary>The connection as TCP has it.</summary>
    public TcpConnection Tcp { get; }

    /// <summary>Name of the connection.</summary>
    public ulong Handle { get; }

    /// <summary>The connection is being opened for a command.</summary>
    /// <param name="command">OPEN.</param>
    public void Opening(in ToeCommand command) => _open = command;

    /// <summary>The connection goes to an ACCEPT.</summary>
    /// <param name="command">ACCEPT.</param>
    public void Accepted(in ToeCommand command) => _program.Complete(Describe(command));

    /// <summary>Ends a connection that the host never had.</summary>
    public void Discard()
    {
        Tcp.Abort();
        End(ToeStatus.Closed);
    }

    /// <summary>Takes SEND, RECEIVE, SWITCH_TLS or CLOSE.</summary>
    /// <param name="command">The command.</param>
    public void Take(in ToeCommand command)
    {
        if (_isClosing || _open is not null)
        {
            _program.Complete(command, ToeStatus.BadState);
            return;
        }

        switch (command.Opcode)
        {
            case ToeOpcode.Send:
                _sender.Take(command);
                break;
            case ToeOpcode.Receive:
                _receiver.Take(command);
                break;
            case ToeOpcode.Close:
                Close(command);
                break;
            default:
                Switch(command);
                break;
        }
    }

    /// <summary>Everything before CLOSE was sent: the sending direction ends.</summary>
    public void CloseNow()
    {
        Tcp.Close();
        Look();
    }

    /// <summary>Frees the memory, once the host knows of the end and no engine works for the connection any more.</summary>
    public void TryRelease()
    {
        if (!_isOver || _isReleased || _sender.IsBusy || _receiver.IsBusy)
        {
            return;
        }

        _isReleased = true;
        _program.Release(this);
        if (_close is { } close)
        {
            _close = null;
            bool clean = Tcp.CloseReason is TcpCloseReason.None or TcpCloseReason.Graceful or TcpCloseReason.Aborted;
            _program.Complete(close, clean ? ToeStatus.Ok : StatusOf(Tcp.CloseReason));
        }
    }

    void ITcpObserver.OnAcknowledged(TcpConnection connection, uint unacknowledged)
    {
        _sender.Pump();
        Look();
    }

    void ITcpObserver.OnReceived(TcpConnection connection)
    {
        if (_isClosing)
        {
            // The host has closed: nobody will read.
            Tcp.Consume(Tcp.Available);
            return;
        }

        _receiver.Pump();
    }

    void ITcpObserver.OnStateChanged(TcpConnection connection, TcpState previous)
    {
        if (connection.State == TcpState.Established && _open is { } open)
        {
            _open = null;
            _program.CountOpened();
            _program.Complete(Describe(open));
        }

        Look();
    }

    private static ToeStatus StatusOf(TcpCloseReason reason) => reason switch
    {
        TcpCloseReason.Refused => ToeStatus.Refused,
        TcpCloseReason.TimedOut => ToeStatus.TimedOut,
        TcpCloseReason.HostUnreachable => ToeStatus.Unreachable,
        TcpCloseReason.ResetByPeer => ToeStatus.Reset,
        _ => ToeStatus.Closed,
    };

    private void Switch(in ToeCommand command)
    {
        ToeSwitchCommand to = Unsafe.BitCast<ToeCommand, ToeSwitchCommand>(command);
        if (to.Flags != 0 || to.Direction > 1 || to.Reserved41 != 0 || to.Reserved44 != 0 || to.FragmentBytes > Spec.Tls.TlsRecordLayout.MaxPlaintextLength)
        {
            _program.Complete(command, ToeStatus.BadParameter);
        }
        else if (to.Direction == 0)
        {
            _sender.Take(command);
        }
        else
        {
            _receiver.Switch(command);
        }
    }

    private void Close(in ToeCommand command)
    {
        if (command.Flags > ToeCommand.Abort || (command.Body16 | command.Body24 | command.Body32 | command.Body40) != 0)
        {
            _program.Complete(command, ToeStatus.BadParameter);
            return;
        }

        _isClosing = true;
        _close = command;
        _receiver.Fail(ToeStatus.Closed);
        Tcp.Consume(Tcp.Available);
        if (command.Flags == ToeCommand.Abort)
        {
            Tcp.Abort();
            End(ToeStatus.Closed);
        }
        else
        {
            _sender.Close(command);
            Look();
        }
    }

    /// <summary>Looks whether TCP is through with the connection as far as the host is concerned.</summary>
    private void Look()
    {
        if (_isOver)
        {
            return;
        }

        if (Tcp.State == TcpState.Closed)
        {
            ToeStatus status = StatusOf(Tcp.CloseReason);
            if (_open is { } open)
            {
                _open = null;
                _program.Complete(open, status);
                _close = null;
                End(status);
                return;
            }

            // A connection that ended on its own stays until the host closes it.
            if (_isClosing)
            {
                End(status);
            }
            else
            {
                _sender.Fail(status);
                _receiver.Fail(status);
            }
        }
        else if (_isClosing && Tcp.State is TcpState.FinWait2 or TcpState.TimeWait)
        {
            End(ToeStatus.Closed);
        }
    }

    private void End(ToeStatus status)
    {
        _isOver = true;
        _isClosing = true;
        _sender.Fail(status);
        _receiver.Fail(status);
        TryRelease();
    }

    private ToeCompletion Describe(in ToeCommand command)
    {
        Span<byte> address = stackalloc byte[16];
        address.Clear();
        Tcp.Tuple.RemoteAddress.Write(address);
        return ToeProgram.Answer(command, ToeStatus.Ok) with
        {
            Handle = Handle,
            IpVersion = (byte)(Tcp.Tuple.RemoteAddress.IsIpv6 ? 6 : 4),
            AddressFirst = BinaryPrimitives.ReadUInt64LittleEndian(address),
            AddressLast = BinaryPrimitives.ReadUInt64LittleEndian(address[8..]),
            RemotePort = Tcp.Tuple.RemotePort,
            LocalPort = Tcp.Tuple.LocalPort,
        };
    }
}
