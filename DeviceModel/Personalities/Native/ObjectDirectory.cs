using NicEmu.DeviceModel.State;
using NicEmu.Spec.Core;
using NicEmu.Spec.Inspect;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>Which objects exist, by kind and index: what a restarted firmware reads back. Holds handles, never key bytes.</summary>
internal sealed class ObjectDirectory
{
    private const ushort Mark = 0x4F44;

    private readonly Dictionary<ObjectKind, SortedDictionary<int, Entry>> _tables = new()
    {
        [ObjectKind.Key] = [],
        [ObjectKind.Transmit] = [],
        [ObjectKind.Receive] = [],
    };

    /// <summary>Number of objects of a kind.</summary>
    /// <param name="kind">Key, transmit or receive.</param>
    public int Count(ObjectKind kind) => _tables[kind].Count;

    /// <summary>Enters an object, or renews its entry.</summary>
    /// <param name="handle">The object.</param>
    /// <param name="key">Key object of a context; zero for a key.</param>
    public void Enter(ulong handle, ulong key)
    {
        var name = new ObjectHandle(handle);
        _tables[name.Kind][name.Index] = new Entry(handle, key, false);
    }

    /// <summary>Notes that the rule of a receive context is active.</summary>
    /// <param name="handle">The context.</param>
    public void Activate(ulong handle)
    {
        var name = new ObjectHandle(handle);
        if (TryGet(name.Kind, name.Index, out Entry entry) && entry.Handle == handle)
        {
            _tables[name.Kind][name.Index] = entry with { IsActive = true };
        }
    }

    /// <summary>Strikes an object out.</summary>
    /// <param name="handle">The object.</param>
    public void Remove(ulong handle)
    {
        var name = new ObjectHandle(handle);
        if (TryGet(name.Kind, name.Index, out Entry entry) && entry.Handle == handle)
        {
            _tables[name.Kind].Remove(name.Index);
        }
    }

    /// <summary>Finds an entry.</summary>
    /// <param name="kind">Kind of object; any number.</param>
    /// <param name="index">Index within the kind; any number.</param>
    /// <param name="entry">The entry.</param>
    public bool TryGet(ObjectKind kind, int index, out Entry entry)
    {
        entry = default;
        return _tables.TryGetValue(kind, out SortedDictionary<int, Entry>? table) && table.TryGetValue(index, out entry);
    }

    /// <summary>Strikes everything out.</summary>
    public void Clear()
    {
        foreach (SortedDictionary<int, Entry> table in _tables.Values)
        {
            table.Clear();
        }
    }

    /// <summary>Saves all entries.</summary>
    /// <param name="state">Receives them.</param>
    public void Save(StateWriter state)
    {
        state.Part(Mark, 1);
        for (ObjectKind kind = ObjectKind.Key; kind <= ObjectKind.Receive; kind++)
        {
            state.Count(_tables[kind].Count);
            foreach (Entry entry in _tables[kind].Values)
            {
                state.Word64(entry.Handle);
                state.Word64(entry.Key);
                state.Bool(entry.IsActive);
            }
        }
    }

    /// <summary>Puts saved entries back.</summary>
    /// <param name="state">What <see cref="Save"/> wrote.</param>
    public void Restore(ref StateReader state)
    {
        state.Part(Mark, 1);
        Clear();
        for (ObjectKind kind = ObjectKind.Key; kind <= ObjectKind.Receive; kind++)
        {
            for (int count = state.Count(); count > 0; count--)
            {
                var entry = new Entry(state.Word64(), state.Word64(), state.Bool());
                _tables[kind][new ObjectHandle(entry.Handle).Index] = entry;
            }
        }
    }

    /// <summary>Adds all entries to an inspection tree.</summary>
    /// <param name="parent">Receives one node.</param>
    public void Inspect(InspectNode parent)
    {
        InspectNode node = parent.Add("OBJECTS");
        for (ObjectKind kind = ObjectKind.Key; kind <= ObjectKind.Receive; kind++)
        {
            InspectNode table = node.Add(kind.ToString());
            foreach ((int index, Entry entry) in _tables[kind])
            {
                InspectNode item = table.Add($"{index}");
                item.AddHex("HANDLE", entry.Handle, 16);
                item.AddHex("KEY", entry.Key, 16);
                item.Add("ACTIVE", entry.IsActive);
            }
        }
    }

    /// <summary>One object.</summary>
    /// <param name="Handle">Its handle.</param>
    /// <param name="Key">Key object that a context was made with; zero for a key.</param>
    /// <param name="IsActive">A receive context's rule is active.</param>
    internal readonly record struct Entry(ulong Handle, ulong Key, bool IsActive);
}
