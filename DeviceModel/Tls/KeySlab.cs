using System.Security.Cryptography;

namespace NicEmu.DeviceModel.Tls;

/// <summary>Raw key bytes of one engine: equal slots of one pinned array, which the collector neither moves nor copies.</summary>
internal sealed class KeySlab
{
    public const int SlotBytes = 32;

    private readonly byte[] _memory;
    private readonly Stack<int> _free;

    public KeySlab(int slots)
    {
        _memory = GC.AllocateArray<byte>(slots * SlotBytes, pinned: true);
        _free = new Stack<int>(slots);
        Reset();
    }

    public int Slots => _memory.Length / SlotBytes;

    /// <summary>The memory of all slots, for tests of zeroisation.</summary>
    internal ReadOnlySpan<byte> Memory => _memory;

    public bool TryTake(out int slot) => _free.TryPop(out slot);

    /// <summary>The free slots, the next one to be taken last.</summary>
    public int[] FreeSlots()
    {
        int[] slots = [.. _free];
        Array.Reverse(slots);
        return slots;
    }

    /// <summary>Makes exactly these slots free.</summary>
    public void SetFree(ReadOnlySpan<int> slots)
    {
        _free.Clear();
        foreach (int slot in slots)
        {
            _free.Push(slot);
        }
    }

    /// <summary>Zeroes all slots and makes them free.</summary>
    public void Reset()
    {
        CryptographicOperations.ZeroMemory(_memory);
        _free.Clear();
        for (int slot = Slots - 1; slot >= 0; slot--)
        {
            _free.Push(slot);
        }
    }

    public Span<byte> Bytes(int slot) => _memory.AsSpan(slot * SlotBytes, SlotBytes);

    public void Zero(int slot) => CryptographicOperations.ZeroMemory(Bytes(slot));

    /// <summary>Zeroes a slot and makes it free.</summary>
    public void Release(int slot)
    {
        Zero(slot);
        _free.Push(slot);
    }
}
