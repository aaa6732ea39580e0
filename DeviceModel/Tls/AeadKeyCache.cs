using NicEmu.DeviceModel.Crypto;

namespace NicEmu.DeviceModel.Tls;

/// <summary>
/// Expanded keys, as many as the device has room for; a clock hand picks the victim. What leaves is zeroed. It is the context cache whose
/// hits and misses the data-path accounting shows.
/// </summary>
internal sealed class AeadKeyCache
{
    private const int None = -1;

    private readonly AeadKey?[] _keys;
    private readonly int[] _slotOfEntry;
    private readonly bool[] _used;
    private readonly int[] _entryOfSlot;
    private int _hand;

    /// <param name="capacity">Expanded keys kept at a time.</param>
    /// <param name="slots">Slots of the key slab.</param>
    public AeadKeyCache(int capacity, int slots)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _keys = new AeadKey?[capacity];
        _slotOfEntry = new int[capacity];
        _used = new bool[capacity];
        _entryOfSlot = new int[slots];
        Array.Fill(_entryOfSlot, None);
    }

    public int Capacity => _keys.Length;

    public ulong Hits { get; private set; }

    public ulong Misses { get; private set; }

    /// <summary>Key bytes read to expand what was missed.</summary>
    public ulong FetchedBytes { get; private set; }

    public ContextCacheStatistics Statistics => new(Capacity, Hits, Misses, FetchedBytes);

    /// <summary>The expanded form of a key; valid until the next call.</summary>
    public AeadKey Get(KeyMaterial material)
    {
        int entry = _entryOfSlot[material.Slot];
        if (entry != None)
        {
            Hits++;
            _used[entry] = true;
            return _keys[entry]!;
        }

        Misses++;
        FetchedBytes += (ulong)material.Bytes.Length;
        entry = Victim();
        _used[entry] = true;
        return Fill(entry, material);
    }

    /// <summary>Drops and zeroes a key's expanded form, if there is one.</summary>
    public bool Evict(int slot)
    {
        int entry = _entryOfSlot[slot];
        if (entry == None)
        {
            return false;
        }

        Drop(entry);
        return true;
    }

    private void Clear()
    {
        for (int entry = 0; entry < _keys.Length; entry++)
        {
            if (_keys[entry] is not null)
            {
                Drop(entry);
            }
        }
    }

    /// <summary>Drops and zeroes everything and counts from zero.</summary>
    public void Reset()
    {
        Clear();
        Array.Clear(_used);
        _hand = 0;
        Hits = 0;
        Misses = 0;
        FetchedBytes = 0;
    }

    public AeadKeyCacheSnapshot Save()
    {
        var slots = new int[_keys.Length];
        for (int entry = 0; entry < slots.Length; entry++)
        {
            slots[entry] = _keys[entry] is null ? None : _slotOfEntry[entry];
        }

        return new AeadKeyCacheSnapshot([.. slots], [.. _used], _hand, Hits, Misses, FetchedBytes);
    }

    /// <summary>Expands the keys that a saved cache held.</summary>
    /// <param name="snapshot">Of a cache of the same capacity.</param>
    /// <param name="materials">Keys by slot.</param>
    public void Restore(AeadKeyCacheSnapshot snapshot, ReadOnlySpan<KeyMaterial?> materials)
    {
        Reset();
        for (int entry = 0; entry < _keys.Length; entry++)
        {
            if (snapshot.Slots[entry] != None)
            {
                Fill(entry, materials[snapshot.Slots[entry]]!);
            }
        }

        snapshot.Used.CopyTo(_used);
        _hand = snapshot.Hand;
        Hits = snapshot.Hits;
        Misses = snapshot.Misses;
        FetchedBytes = snapshot.FetchedBytes;
    }

    private AeadKey Fill(int entry, KeyMaterial material)
    {
        var key = new AeadKey((AeadAlgorithm)material.Cipher, material.Bytes);
        _keys[entry] = key;
        _slotOfEntry[entry] = material.Slot;
        _entryOfSlot[material.Slot] = entry;
        return key;
    }

    private int Victim()
    {
        while (true)
        {
            int entry = _hand;
            _hand = (_hand + 1) % _keys.Length;
            if (_keys[entry] is null)
            {
                return entry;
            }

            if (!_used[entry])
            {
                Drop(entry);
                return entry;
            }

            _used[entry] = false;
        }
    }

    private void Drop(int entry)
    {
        _keys[entry]!.Dispose();
        _keys[entry] = null;
        _entryOfSlot[_slotOfEntry[entry]] = None;
    }
}
