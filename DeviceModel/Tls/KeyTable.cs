using System.Collections.Immutable;
using NicEmu.Spec.Core;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>The key objects of a device and their generations.</summary>
internal sealed class KeyTable
{
    private readonly HandleTable _handles;
    private readonly KeyObject?[] _objects;
    private readonly KeySlab _slab;
    private readonly KeyMaterial?[] _materials;
    private readonly AeadKeyCache _cache;

    /// <param name="options">Sizes.</param>
    public KeyTable(TlsEngineOptions options)
    {
        // A generation that is not the newest lives only while a context holds it, which bounds their number.
        int slots = options.Keys + options.TxContexts + options.RxContexts;
        _handles = new HandleTable(ObjectKind.Key, options.Keys, options.Epoch);
        _objects = new KeyObject?[options.Keys];
        _slab = new KeySlab(slots);
        _materials = new KeyMaterial?[slots];
        _cache = new AeadKeyCache(options.CachedKeys, slots);
    }

    public HandleTable Handles => _handles;

    public AeadKeyCache Cache => _cache;

    internal KeySlab Slab => _slab;

    public HandleState Resolve(ulong handle, out KeyObject? key)
    {
        HandleState state = _handles.Resolve(handle, out int index);
        key = state == HandleState.Live ? _objects[index] : null;
        return state;
    }

    /// <returns>False when the table is full.</returns>
    public bool TryCreate(TlsCipher cipher, ushort owner, ReadOnlySpan<byte> key, out ObjectHandle handle)
    {
        if (!_handles.TryAllocate(out handle))
        {
            return false;
        }

        var created = new KeyObject(handle, cipher, owner);
        created.Current = Load(created, handle.Generation, key);
        _objects[handle.Index] = created;
        return true;
    }

    /// <summary>Makes a new generation the newest. The old one goes at once when no context holds it.</summary>
    /// <returns>False when the slot's generations are used up.</returns>
    public bool TryRotate(KeyObject target, ReadOnlySpan<byte> key)
    {
        if (!_handles.TryRenew(target.Handle.Index, out ObjectHandle renewed))
        {
            return false;
        }

        target.Handle = renewed;
        KeyMaterial old = target.Current;
        if (old.References == 0)
        {
            Unload(old);
        }

        target.Current = Load(target, renewed.Generation, key);
        return true;
    }

    /// <summary>Stops every use of a key and zeroes all its generations.</summary>
    public void Revoke(KeyObject target)
    {
        target.Revoked = true;
        foreach (KeyMaterial? material in _materials)
        {
            if (material?.Owner == target)
            {
                _cache.Evict(material.Slot);
                material.Zero();
            }
        }
    }

    /// <summary>Drops the expanded forms of generations that no new context can get.</summary>
    public void Sync()
    {
        foreach (KeyMaterial? material in _materials)
        {
            if (material is not null && material != material.Owner.Current)
            {
                _cache.Evict(material.Slot);
            }
        }
    }

    /// <summary>Zeroes and frees a key that no context holds.</summary>
    /// <returns>False when its slot was retired.</returns>
    public bool Destroy(KeyObject target)
    {
        Unload(target.Current);
        _objects[target.Handle.Index] = null;
        return _handles.Free(target.Handle.Index);
    }

    public static void Hold(KeyMaterial material)
    {
        material.References++;
        material.Owner.References++;
    }

    public void Release(KeyMaterial material)
    {
        material.References--;
        material.Owner.References--;
        if (material.References == 0 && material != material.Owner.Current)
        {
            Unload(material);
        }
    }

    /// <summary>Zeroes every key.</summary>
    public void Reset(ushort epoch)
    {
        _cache.Reset();
        _slab.Reset();
        Array.Clear(_materials);
        Array.Clear(_objects);
        _handles.Reset(epoch);
    }

    public KeyTableSnapshot Save()
    {
        var objects = ImmutableArray.CreateBuilder<KeyObjectSnapshot>();
        foreach (KeyObject? key in _objects)
        {
            if (key is not null)
            {
                objects.Add(new KeyObjectSnapshot(key.Handle.Value, key.Cipher, key.OwnerFunction, key.Revoked, key.Current.Slot));
            }
        }

        var materials = ImmutableArray.CreateBuilder<KeyMaterialSnapshot>();
        foreach (KeyMaterial? material in _materials)
        {
            if (material is not null)
            {
                ulong owner = material.Owner.Handle.Value;
                materials.Add(new KeyMaterialSnapshot(material.Slot, owner, material.Generation, [.. material.Bytes], material.Fingerprint));
            }
        }

        return new KeyTableSnapshot(_handles.Save(), objects.ToImmutable(), materials.ToImmutable(), [.. _slab.FreeSlots()], _cache.Save());
    }

    /// <summary>Takes over a saved table. Contexts take hold of their keys afterwards.</summary>
    /// <exception cref="ArgumentException">The snapshot is of a table of another size.</exception>
    public void Restore(KeyTableSnapshot snapshot)
    {
        if (snapshot.Cache.Slots.Length != _cache.Capacity || snapshot.Materials.Length + snapshot.FreeSlots.Length != _slab.Slots)
        {
            throw new ArgumentException("The snapshot is of a table of another size.", nameof(snapshot));
        }

        Reset(0);
        _handles.Restore(snapshot.Handles);
        _slab.SetFree(snapshot.FreeSlots.AsSpan());
        foreach (KeyObjectSnapshot saved in snapshot.Objects)
        {
            var handle = new ObjectHandle(saved.Handle);
            _objects[handle.Index] = new KeyObject(handle, saved.Cipher, saved.OwnerFunction) { Revoked = saved.IsRevoked };
        }

        foreach (KeyMaterialSnapshot saved in snapshot.Materials)
        {
            KeyObject owner = _objects[new ObjectHandle(saved.OwnerHandle).Index]!;
            _materials[saved.Slot] = new KeyMaterial(_slab, saved, owner);
        }

        foreach (KeyObjectSnapshot saved in snapshot.Objects)
        {
            _objects[new ObjectHandle(saved.Handle).Index]!.Current = _materials[saved.CurrentSlot]!;
        }

        _cache.Restore(snapshot.Cache, _materials);
    }

    /// <summary>A generation by its slot.</summary>
    internal KeyMaterial MaterialAt(int slot) => _materials[slot]!;

    private KeyMaterial Load(KeyObject owner, uint generation, ReadOnlySpan<byte> key)
    {
        if (!_slab.TryTake(out int slot))
        {
            throw new ModelException("More key generations live than contexts could hold.");
        }

        var material = new KeyMaterial(_slab, slot, owner, generation, key);
        _materials[slot] = material;
        return material;
    }

    private void Unload(KeyMaterial material)
    {
        _cache.Evict(material.Slot);
        _materials[material.Slot] = null;
        material.Release();
    }
}
