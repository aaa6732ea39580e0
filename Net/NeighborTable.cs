namespace NicEmu.Net;

/// <summary>IP to MAC addresses (RFC 826, RFC 4861 §7.2), and the connections that wait for an answer. Bounded.</summary>
internal sealed class NeighborTable
{
    private const int Capacity = 256;
    private const int MaximumProbes = 3;
    private const long ProbeIntervalPs = 1_000_000_000_000;
    private const long LifetimePs = 600_000_000_000_000;

    private readonly List<Entry> _entries = [];
    private readonly Dictionary<IpAddress, Entry> _byAddress = [];
    private int _pending;

    /// <summary>When the next probe or failure is due.</summary>
    public long NextDeadlinePs { get; private set; } = long.MaxValue;

    /// <summary>True with the MAC address if known; else the connection is remembered and resolution starts.</summary>
    public bool TryResolve(in IpAddress address, TcpConnection waiting, long nowPs, out MacAddress mac)
    {
        mac = default;
        if (_byAddress.TryGetValue(address, out Entry? entry) && entry.IsKnown && nowPs < entry.ExpiresPs)
        {
            mac = entry.Mac;
            return true;
        }

        if (entry is null)
        {
            MakeRoom();
            entry = new Entry { Address = address };
            Insert(entry);
        }

        if (entry.IsKnown || entry.ProbesSent == 0 && entry.DeadlinePs == long.MaxValue)
        {
            (entry.IsKnown, entry.ProbesSent, entry.DeadlinePs) = (false, 0, nowPs);
            _pending++;
            NextDeadlinePs = Math.Min(NextDeadlinePs, nowPs);
        }

        if (!entry.Waiting.Contains(waiting)) entry.Waiting.Add(waiting);
        return false;
    }

    /// <summary>Learns a mapping; with <paramref name="create"/> also one nobody asked for. Those who waited are appended to <paramref name="released"/>.</summary>
    public void Learn(in IpAddress address, MacAddress mac, long nowPs, bool create, List<TcpConnection> released)
    {
        if (!_byAddress.TryGetValue(address, out Entry? entry))
        {
            if (!create) return;
            MakeRoom();
            entry = new Entry { Address = address };
            Insert(entry);
        }

        if (entry.IsStatic) return;
        if (entry.DeadlinePs != long.MaxValue) _pending--;
        (entry.Mac, entry.IsKnown, entry.ExpiresPs) = (mac, true, nowPs + LifetimePs);
        (entry.ProbesSent, entry.DeadlinePs) = (0, long.MaxValue);
        released.AddRange(entry.Waiting);
        entry.Waiting.Clear();
    }

    public void AddStatic(in IpAddress address, MacAddress mac, List<TcpConnection> released)
    {
        Learn(address, mac, 0, true, released);
        (_byAddress[address].IsStatic, _byAddress[address].ExpiresPs) = (true, long.MaxValue);
    }

    /// <summary>Sends due probes through <paramref name="stack"/> and gives up on the silent.</summary>
    public void OnTimer(long nowPs, NetStack stack, List<TcpConnection> failed)
    {
        NextDeadlinePs = long.MaxValue;
        if (_pending == 0) return;
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            Entry entry = _entries[i];
            if (entry.DeadlinePs <= nowPs)
            {
                if (entry.ProbesSent == MaximumProbes)
                {
                    failed.AddRange(entry.Waiting);
                    RemoveAt(i);
                    continue;
                }

                stack.SendSolicitation(entry.Address);
                entry.ProbesSent++;
                entry.DeadlinePs = nowPs + ProbeIntervalPs;
            }

            NextDeadlinePs = Math.Min(NextDeadlinePs, entry.DeadlinePs);
        }
    }

    private void Insert(Entry entry)
    {
        _entries.Add(entry);
        _byAddress.Add(entry.Address, entry);
    }

    /// <summary>Drops the oldest entry that is neither static nor waited for; failing that, the oldest.</summary>
    private void MakeRoom()
    {
        if (_entries.Count < Capacity) return;
        int victim = _entries.FindIndex(static e => !e.IsStatic && e.Waiting.Count == 0);
        RemoveAt(Math.Max(victim, 0));
    }

    private void RemoveAt(int index)
    {
        Entry entry = _entries[index];
        if (entry.DeadlinePs != long.MaxValue) _pending--;
        _entries.RemoveAt(index);
        _byAddress.Remove(entry.Address);
    }

    private sealed class Entry
    {
        public required IpAddress Address { get; init; }

        public MacAddress Mac { get; set; }

        public bool IsKnown { get; set; }

        public bool IsStatic { get; set; }

        public long ExpiresPs { get; set; }

        public int ProbesSent { get; set; }

        public long DeadlinePs { get; set; } = long.MaxValue;

        public List<TcpConnection> Waiting { get; } = [];
    }
}
