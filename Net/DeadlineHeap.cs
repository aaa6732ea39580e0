namespace NicEmu.Net;

/// <summary>Connections by their next deadline: an indexed binary heap, so that re-arming allocates nothing.</summary>
internal sealed class DeadlineHeap
{
    private TcpConnection[] _items = new TcpConnection[16];
    private int _count;

    /// <summary>The earliest deadline, or <see cref="long.MaxValue"/>.</summary>
    public long NextPs => _count == 0 ? long.MaxValue : _items[0].HeapKeyPs;

    public TcpConnection First => _items[0];

    public void Set(TcpConnection connection, long deadlinePs)
    {
        if (deadlinePs == long.MaxValue)
        {
            Remove(connection);
            return;
        }

        connection.HeapKeyPs = deadlinePs;
        if (connection.HeapIndex < 0)
        {
            if (_count == _items.Length) Array.Resize(ref _items, _count * 2);
            Place(connection, _count++);
        }

        Settle(connection.HeapIndex);
    }

    public void Remove(TcpConnection connection)
    {
        int at = connection.HeapIndex;
        if (at < 0) return;
        connection.HeapIndex = -1;
        TcpConnection last = _items[--_count];
        _items[_count] = null!;
        if (at == _count) return;
        Place(last, at);
        Settle(at);
    }

    private void Settle(int at)
    {
        TcpConnection item = _items[at];
        while (at > 0 && item.HeapKeyPs < _items[(at - 1) / 2].HeapKeyPs)
        {
            Place(_items[(at - 1) / 2], at);
            at = (at - 1) / 2;
        }

        while (true)
        {
            int child = (2 * at) + 1;
            if (child >= _count) break;
            if (child + 1 < _count && _items[child + 1].HeapKeyPs < _items[child].HeapKeyPs) child++;
            if (_items[child].HeapKeyPs >= item.HeapKeyPs) break;
            Place(_items[child], at);
            at = child;
        }

        Place(item, at);
    }

    private void Place(TcpConnection connection, int at)
    {
        _items[at] = connection;
        connection.HeapIndex = at;
    }
}
