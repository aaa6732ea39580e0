using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Seams;

namespace NicEmu.Firmware;

/// <summary>What firmware remembers of contexts: the key that each one holds, and whether its receive rule is active. A restart reads it back from the hardware.</summary>
internal sealed class Ledger
{
    private readonly Dictionary<ulong, ulong> _keyOf = [];
    private readonly Dictionary<uint, int> _references = [];
    private readonly Dictionary<uint, ulong> _keys = [];
    private readonly HashSet<ulong> _active = [];

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _keyOf.Clear();
        _references.Clear();
        _keys.Clear();
        _active.Clear();
    }

    /// <summary>Enters a context.</summary>
    /// <param name="context">The context.</param>
    /// <param name="key">Key object that it was created with.</param>
    public void Enter(ulong context, ulong key)
    {
        if (_keyOf.TryAdd(context, key))
        {
            uint slot = new ObjectHandle(key).Slot;
            _references[slot] = _references.GetValueOrDefault(slot) + 1;
        }
    }

    /// <summary>Strikes a context out.</summary>
    /// <param name="context">The context; others than entered ones are ignored.</param>
    public void Remove(ulong context)
    {
        if (_keyOf.Remove(context, out ulong key))
        {
            _references[new ObjectHandle(key).Slot]--;
            _active.Remove(context);
        }
    }

    /// <summary>Notes the present name of a key object, which changes with every rotation.</summary>
    /// <param name="key">Key object.</param>
    public void EnterKey(ulong key) => _keys[new ObjectHandle(key).Slot] = key;

    /// <summary>Strikes a key object out.</summary>
    /// <param name="key">Key object.</param>
    public void RemoveKey(ulong key) => _keys.Remove(new ObjectHandle(key).Slot);

    /// <summary>Whether a context holds a key object, in any of its generations.</summary>
    /// <param name="key">Present name of the key object; a past one is not known.</param>
    public bool IsReferenced(ulong key)
    {
        uint slot = new ObjectHandle(key).Slot;
        return _keys.GetValueOrDefault(slot) == key && _references.GetValueOrDefault(slot) > 0;
    }

    /// <summary>Notes that a receive rule is active.</summary>
    /// <param name="context">Its context.</param>
    public void Activate(ulong context) => _active.Add(context);

    /// <summary>Whether the rule of a context is active.</summary>
    /// <param name="context">The context.</param>
    public bool IsActive(ulong context) => _active.Contains(context);

    /// <summary>Reads all contexts back from the tables of the hardware.</summary>
    /// <param name="bus">The internal bus.</param>
    public void ReadBack(IInternalBus bus)
    {
        Clear();
        ReadTable(bus, ObjectKind.Key, NativeDevice.Keys, bus.Read(NativeMap.Internal.KeysUsed.Offset));
        ReadTable(bus, ObjectKind.Transmit, NativeDevice.TxContexts, bus.Read(NativeMap.Internal.TxContextsUsed.Offset));
        ReadTable(bus, ObjectKind.Receive, NativeDevice.RxContexts, bus.Read(NativeMap.Internal.RxContextsUsed.Offset));
    }

    private void ReadTable(IInternalBus bus, ObjectKind kind, int entries, uint used)
    {
        InternalBlock block = NativeMap.Internal;
        for (uint index = 0; index < entries && used > 0; index++)
        {
            bus.Write(block.TableSelect.Offset, block.Kind.Insert(block.Index.Insert(0, index), (uint)kind));
            uint state = bus.Read(block.TableState.Offset);
            if (block.Valid.Extract(state) == 0)
            {
                continue;
            }

            used--;
            ulong handle = ReadPair(bus, block.TableHandle.Offset);
            if (kind == ObjectKind.Key)
            {
                EnterKey(handle);
            }
            else
            {
                Enter(handle, ReadPair(bus, block.TableKey.Offset));
            }

            if (block.Active.Extract(state) != 0)
            {
                Activate(handle);
            }
        }
    }

    private static ulong ReadPair(IInternalBus bus, uint offset) => bus.Read(offset) | ((ulong)bus.Read(offset + 4) << 32);
}
