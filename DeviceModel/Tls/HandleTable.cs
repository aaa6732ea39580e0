using NicEmu.Spec.Core;

namespace NicEmu.DeviceModel.Tls;

/// <summary>
/// Gives out and resolves the handles of one kind. Slots are reused in the order in which they became free; a slot that has used its last
/// generation is retired until power-on, which resets do not undo.
/// </summary>
internal sealed class HandleTable
{
    private readonly ObjectKind _kind;
    private readonly uint[] _generations;
    private readonly bool[] _live;
    private readonly bool[] _retired;
    private readonly int[] _free;
    private int _freeHead;
    private int _freeCount;
    private ushort _epoch;

    public HandleTable(ObjectKind kind, int capacity, ushort epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, ObjectHandle.MaxIndex + 1);
        _kind = kind;
        _generations = new uint[capacity];
        _live = new bool[capacity];
        _retired = new bool[capacity];
        _free = new int[capacity];
        Reset(epoch);
    }

    public int Capacity => _free.Length;

    /// <summary>Live objects.</summary>
    public int Count { get; private set; }

    /// <summary>Takes the slot that has been free longest.</summary>
    /// <returns>False when none is free.</returns>
    public bool TryAllocate(out ObjectHandle handle)
    {
        if (_freeCount == 0)
        {
            handle = default;
            return false;
        }

        int index = _free[_freeHead];
        _freeHead = (_freeHead + 1) % Capacity;
        _freeCount--;
        _live[index] = true;
        Count++;
        handle = ObjectHandle.Create(_kind, index, ++_generations[index], _epoch);
        return true;
    }

    public HandleState Resolve(ulong value, out int index)
    {
        var handle = new ObjectHandle(value);
        index = handle.Index;
        if (handle.Kind != _kind || index >= Capacity || handle.Generation == 0 || handle.Epoch > _epoch)
        {
            return HandleState.Invalid;
        }

        if (handle.Epoch < _epoch)
        {
            return HandleState.Stale;
        }

        uint newest = _generations[index];
        return handle.Generation > newest ? HandleState.Invalid
            : handle.Generation < newest || !_live[index] ? HandleState.Stale
            : HandleState.Live;
    }

    /// <summary>Gives a live slot its next generation: the old handle becomes stale, the object stays.</summary>
    /// <returns>False when its generations are used up.</returns>
    public bool TryRenew(int index, out ObjectHandle handle)
    {
        if (_generations[index] == ObjectHandle.MaxGeneration)
        {
            handle = default;
            return false;
        }

        handle = ObjectHandle.Create(_kind, index, ++_generations[index], _epoch);
        return true;
    }

    /// <summary>Gives a slot back.</summary>
    /// <returns>False when its generations are used up and it was retired.</returns>
    public bool Free(int index)
    {
        _live[index] = false;
        Count--;
        if (_generations[index] == ObjectHandle.MaxGeneration)
        {
            _retired[index] = true;
            return false;
        }

        _free[(_freeHead + _freeCount) % Capacity] = index;
        _freeCount++;
        return true;
    }

    /// <summary>Forgets every object. Generations begin anew, because the epoch tells old handles apart.</summary>
    public void Reset(ushort epoch)
    {
        _epoch = epoch;
        _freeHead = 0;
        _freeCount = 0;
        Count = 0;
        for (int index = 0; index < Capacity; index++)
        {
            _live[index] = false;
            _generations[index] = _retired[index] ? ObjectHandle.MaxGeneration : 0;
            if (!_retired[index])
            {
                _free[_freeCount++] = index;
            }
        }
    }

    public HandleTableSnapshot Save()
    {
        var free = new int[_freeCount];
        for (int i = 0; i < free.Length; i++)
        {
            free[i] = _free[(_freeHead + i) % Capacity];
        }

        return new HandleTableSnapshot([.. _generations], [.. _live], [.. _retired], [.. free], _epoch);
    }

    /// <exception cref="ArgumentException">The snapshot is of a table of another size.</exception>
    public void Restore(HandleTableSnapshot snapshot)
    {
        if (snapshot.Generations.Length != Capacity)
        {
            throw new ArgumentException("The snapshot is of a table of another size.", nameof(snapshot));
        }

        snapshot.Generations.CopyTo(_generations);
        snapshot.Live.CopyTo(_live);
        snapshot.Retired.CopyTo(_retired);
        snapshot.Free.CopyTo(_free);
        _freeHead = 0;
        _freeCount = snapshot.Free.Length;
        _epoch = snapshot.Epoch;
        Count = 0;
        foreach (bool live in _live)
        {
            Count += live ? 1 : 0;
        }
    }

    /// <summary>Puts a slot's generation forward, as millions of uses would.</summary>
    internal void Age(int index, uint generation) => _generations[index] = generation;
}
