using System.Diagnostics.CodeAnalysis;
using NicEmu.Net;

namespace NicEmu.Firmware.Toe;

/// <summary>The connections that have card memory, and those that TCP still has to remember for a while after their end.</summary>
/// <param name="capacity">Connections that card memory has room for.</param>
/// <param name="port">Where rules are set.</param>
internal sealed class ToeConnectionTable(int capacity, ToePort port)
{
    private readonly ToeConnection?[] _slots = new ToeConnection?[capacity];
    private readonly HashSet<TcpTuple> _tuples = [];
    private readonly LinkedList<TcpConnection> _lingering = [];
    private ulong _number;

    /// <summary>Connections that card memory has room for.</summary>
    public int Capacity => capacity;

    /// <summary>Connections that take card memory.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the four numbers are in use.</summary>
    /// <param name="tuple">The four numbers.</param>
    public bool Holds(in TcpTuple tuple) => _tuples.Contains(tuple);

    /// <summary>Gives a connection its memory and leads its segments here.</summary>
    /// <param name="program">The program.</param>
    /// <param name="tcp">The connection.</param>
    /// <returns>Null when there is no room.</returns>
    public ToeConnection? TryAdd(ToeProgram program, TcpConnection tcp)
    {
        Sweep();
        int index = Array.IndexOf(_slots, null);
        if (index < 0 || !port.Steer(tcp.Tuple, true))
        {
            return null;
        }

        _tuples.Add(tcp.Tuple);
        var connection = new ToeConnection(program, tcp, ToeHandles.Of(ToeHandles.Connection, index, ++_number), index);
        _slots[index] = connection;
        port.ShowUsed(++Count);
        return connection;
    }

    /// <summary>Finds a connection.</summary>
    /// <param name="handle">Its name.</param>
    /// <param name="connection">The connection.</param>
    public bool TryFind(ulong handle, [NotNullWhen(true)] out ToeConnection? connection)
    {
        int index = ToeHandles.IndexOf(handle);
        connection = index < capacity ? _slots[index] : null;
        return connection is not null && connection.Handle == handle;
    }

    /// <summary>Frees the memory of a connection. Where TCP has not forgotten it, as in TIME-WAIT, it lingers without memory; at most as many as connections, the oldest goes first.</summary>
    /// <param name="connection">The connection.</param>
    public void Release(ToeConnection connection)
    {
        _slots[ToeHandles.IndexOf(connection.Handle)] = null;
        port.ShowUsed(--Count);
        connection.Tcp.Observer = new Drain();
        _lingering.AddLast(connection.Tcp);
        if (_lingering.Count > capacity)
        {
            _lingering.First!.Value.Fail(TcpCloseReason.Aborted);
        }
    }

    /// <summary>Forgets connections that TCP has forgotten: their segments go to the host from now on.</summary>
    public void Sweep()
    {
        for (LinkedListNode<TcpConnection>? node = _lingering.First; node is not null;)
        {
            LinkedListNode<TcpConnection>? next = node.Next;
            if (node.Value.State == TcpState.Closed)
            {
                _lingering.Remove(node);
                _tuples.Remove(node.Value.Tuple);
                port.Steer(node.Value.Tuple, false);
            }

            node = next;
        }
    }

    /// <summary>Throws away what a peer still sends after the host has closed.</summary>
    private sealed class Drain : ITcpObserver
    {
        void ITcpObserver.OnReceived(TcpConnection connection) => connection.Consume(connection.Available);
    }
}
