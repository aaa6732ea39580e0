using NicEmu.Net;
using NicEmu.Spec.Native.Toe;

namespace NicEmu.Firmware.Toe;

/// <summary>An open port: connections that wait for ACCEPT, and ACCEPTs that wait for connections.</summary>
internal sealed class ToeListener
{
    private readonly ToeProgram _program;
    private readonly TcpListener _tcp;
    private readonly Queue<ToeConnection> _ready = new();
    private readonly Queue<ToeCommand> _accepts = new();

    public ToeListener(ToeProgram program, TcpListener tcp, ulong handle)
    {
        (_program, _tcp, Handle) = (program, tcp, handle);
        tcp.ConnectionReady = OnReady;
    }

    /// <summary>Name of the listener.</summary>
    public ulong Handle { get; }

    /// <summary>Connections in their handshake, for which memory is kept.</summary>
    public int Opening => _tcp.Pending;

    /// <summary>Takes ACCEPT or CLOSE.</summary>
    /// <param name="command">The command.</param>
    public void Take(in ToeCommand command)
    {
        if ((command.Body16 | command.Body24 | command.Body32 | command.Body40) != 0 || command.Flags > (command.Opcode == ToeOpcode.Close ? ToeCommand.Abort : 0))
        {
            _program.Complete(command, ToeStatus.BadParameter);
        }
        else if (command.Opcode == ToeOpcode.Close)
        {
            Close(command);
        }
        else if (_accepts.Count == ToeDevice.MaxPending)
        {
            _program.Complete(command, ToeStatus.NoRoom);
        }
        else
        {
            _accepts.Enqueue(command);
            Match();
        }
    }

    /// <summary>A SYN found no room: a waiting ACCEPT tells the host.</summary>
    public void Refuse()
    {
        if (_accepts.TryDequeue(out ToeCommand command))
        {
            _program.Complete(command, ToeStatus.NoRoom);
        }
    }

    private void OnReady(TcpListener tcp)
    {
        while (tcp.TryAccept(out TcpConnection? connection))
        {
            if (_program.Adopt(connection) is { } adopted)
            {
                _ready.Enqueue(adopted);
            }
        }

        Match();
    }

    private void Match()
    {
        while (_ready.Count > 0 && _accepts.TryDequeue(out ToeCommand command))
        {
            _ready.Dequeue().Accepted(command);
        }
    }

    private void Close(in ToeCommand command)
    {
        _tcp.Close();
        _program.Forget(_tcp.Port);
        while (_ready.TryDequeue(out ToeConnection? connection))
        {
            connection.Discard();
        }

        while (_accepts.TryDequeue(out ToeCommand accept))
        {
            _program.Complete(accept, ToeStatus.Closed);
        }

        _program.Complete(command, ToeStatus.Ok);
    }
}
