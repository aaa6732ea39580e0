using NicEmu.Spec.Registers;
using NicEmu.Spec.Seams;

namespace NicEmu.Driver.Nic;

/// <summary>Registers by their declaration.</summary>
internal sealed class NicRegisters(IDeviceBus bus)
{
    /// <summary>What a register of a card that is gone reads.</summary>
    public const uint Gone = 0xFFFF_FFFF;

    public uint Read(RegisterBlock block, Register register, int instance = 0) => (uint)bus.Read(block.Bar, block.OffsetOf(register, instance), 4);

    public void Write(RegisterBlock block, Register register, uint value, int instance = 0) => bus.Write(block.Bar, block.OffsetOf(register, instance), 4, value);

    public ulong Read64(RegisterBlock block, Register low, int instance = 0) => bus.Read(block.Bar, block.OffsetOf(low, instance), 8);

    public void Write64(RegisterBlock block, Register low, ulong value, int instance = 0) => bus.Write(block.Bar, block.OffsetOf(low, instance), 8, value);

    public uint ReadWord(int bar, uint offset) => (uint)bus.Read(bar, offset, 4);

    public void WriteWord(int bar, uint offset, uint value) => bus.Write(bar, offset, 4, value);
}
