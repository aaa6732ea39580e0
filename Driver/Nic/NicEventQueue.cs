using System.Runtime.InteropServices;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Seams;

namespace NicEmu.Driver.Nic;

/// <summary>The event ring.</summary>
internal sealed class NicEventQueue : IDisposable
{
    private const int EntryBytes = 32;

    private readonly NicRegisters _registers;
    private readonly PhaseRing _ring;

    public NicEventQueue(NicRegisters registers, IDeviceBus bus, int sizeLog2)
    {
        _registers = registers;
        _ring = new(bus.AllocateDma(EntryBytes << sizeLog2), sizeLog2, EntryBytes);
    }

    public void Enable()
    {
        EventBlock map = NativeMap.Event;
        _registers.Write64(map, map.Base, _ring.Memory.BusAddress);
        _registers.Write(map, map.RingSize, map.SizeLog2.Insert(0, (uint)_ring.SizeLog2));
        _registers.Write(map, map.Control, map.Enable.Mask);
        Arm();
    }

    public void Disable() => _registers.Write(NativeMap.Event, NativeMap.Event.Control, 0);

    /// <summary>Whether an entry waits to be taken.</summary>
    public bool HasWork => _ring.TryPeek(out _);

    /// <summary>Takes the next entry.</summary>
    public bool TryTake(out EventEntry entry)
    {
        entry = default;
        if (!_ring.TryPeek(out ReadOnlySpan<byte> bytes)) return false;
        entry = MemoryMarshal.Read<EventEntry>(bytes);
        _ring.Advance();
        return true;
    }

    /// <summary>Tells the card how far entries were read and arms the interrupt.</summary>
    public void Arm()
    {
        _registers.Write(NativeMap.Event, NativeMap.Event.Consumer, _ring.Consumer);
        _registers.Write(NativeMap.Event, NativeMap.Event.Arm, _ring.Consumer);
    }

    public void Dispose() => _ring.Memory.Dispose();
}
