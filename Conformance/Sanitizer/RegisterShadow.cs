using NicEmu.Spec.Native;
using NicEmu.Spec.Registers;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>What the driver wrote to the registers last.</summary>
internal sealed class RegisterShadow
{
    private readonly Dictionary<(int Bar, ulong Offset), uint> _values = [];

    public void Write(int bar, ulong offset, int length, ulong value)
    {
        if (length == 8)
        {
            _values[(bar, offset)] = (uint)value;
            _values[(bar, offset + 4)] = (uint)(value >> 32);
        }
        else
        {
            int shift = (int)(offset & 3) * 8;
            uint mask = length == 4 ? uint.MaxValue : ((1u << (8 * length)) - 1) << shift;
            (int, ulong) key = (bar, offset & ~3UL);
            _values[key] = (_values.GetValueOrDefault(key) & ~mask) | (((uint)value << shift) & mask);
        }
    }

    public uint Read(RegisterBlock block, Register register, int instance) => _values.GetValueOrDefault((block.Bar, block.OffsetOf(register, instance)));

    public ulong ReadPair(RegisterBlock block, Register low, int instance)
    {
        ulong offset = block.OffsetOf(low, instance);
        return _values.GetValueOrDefault((block.Bar, offset)) | ((ulong)_values.GetValueOrDefault((block.Bar, offset + 4)) << 32);
    }

    /// <summary>A reset: all but the vector table is gone.</summary>
    public void Clear(bool keepVectors)
    {
        foreach ((int Bar, ulong Offset) key in _values.Keys.Where(k => !keepVectors || k.Bar != NativeDevice.MsixBar).ToList())
        {
            _values.Remove(key);
        }
    }
}
