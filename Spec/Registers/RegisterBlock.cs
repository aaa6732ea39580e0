namespace NicEmu.Spec.Registers;

/// <summary>
/// A group of registers at one place of a memory window, possibly repeated. Declared once, as data: reset values, access rules,
/// the manual, the C header, trace text and the Wireshark dissector are read from it.
/// </summary>
public abstract class RegisterBlock
{
    private readonly SortedDictionary<uint, Register> _registers = [];

    /// <summary>Starts a block.</summary>
    /// <param name="name">Name in the manual.</param>
    /// <param name="bar">Memory window that holds the block; -1 for the internal bus.</param>
    /// <param name="baseOffset">Byte offset of the first instance, a multiple of 4.</param>
    /// <param name="size">Length of one instance in bytes, a multiple of 4.</param>
    /// <param name="description">What the block is for.</param>
    /// <param name="count">Number of instances.</param>
    protected RegisterBlock(string name, int bar, uint baseOffset, uint size, string description, int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(baseOffset % 4, 0u);
        ArgumentOutOfRangeException.ThrowIfNotEqual(size % 4, 0u);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Name = name;
        Bar = bar;
        BaseOffset = baseOffset;
        Size = size;
        Description = description;
        Count = count;
    }

    /// <summary>Name in the manual.</summary>
    public string Name { get; }

    /// <summary>Memory window that holds the block; -1 for the internal bus.</summary>
    public int Bar { get; }

    /// <summary>Byte offset of the first instance.</summary>
    public uint BaseOffset { get; }

    /// <summary>Length of one instance in bytes; also the distance between instances.</summary>
    public uint Size { get; }

    /// <summary>Number of instances.</summary>
    public int Count { get; }

    /// <summary>What the block is for.</summary>
    public string Description { get; }

    /// <summary>The registers of one instance in ascending order of offset.</summary>
    public IReadOnlyCollection<Register> Registers => _registers.Values;

    /// <summary>Finds the register at an offset.</summary>
    /// <param name="offset">Byte offset within one instance.</param>
    /// <param name="register">The register.</param>
    public bool TryGet(uint offset, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Register? register) =>
        _registers.TryGetValue(offset, out register);

    /// <summary>Offset of a register in its memory window.</summary>
    /// <param name="register">A register of this block.</param>
    /// <param name="instance">Number of the instance.</param>
    public uint OffsetOf(Register register, int instance = 0) => BaseOffset + ((uint)instance * Size) + register.Offset;

    /// <summary>Declares a register.</summary>
    /// <param name="name">Name in the manual.</param>
    /// <param name="offset">Byte offset within the instance, a multiple of 4.</param>
    /// <param name="description">Meaning.</param>
    protected Register Reg(string name, uint offset, string description)
    {
        if (offset % 4 != 0 || offset + 4 > Size)
        {
            throw new ArgumentException($"{Name}.{name}: offset 0x{offset:X} is unaligned or outside the block.");
        }

        var register = new Register(name, offset, description);
        if (!_registers.TryAdd(offset, register))
        {
            throw new ArgumentException($"{Name}.{name}: offset 0x{offset:X} is taken by {_registers[offset].Name}.");
        }

        return register;
    }

    /// <summary>Declares a 64-bit value that software reads and writes as two registers, NAME_LO and NAME_HI.</summary>
    /// <param name="name">Name in the manual without suffix.</param>
    /// <param name="offset">Byte offset of the low half, a multiple of 8.</param>
    /// <param name="description">Meaning.</param>
    /// <returns>The low half.</returns>
    protected Register Pair(string name, uint offset, string description)
    {
        Register low = PairOf(name, offset, description, latches: false);
        low.Rw("VALUE", 31, 0, out _, "Bits 31..0.");
        _registers[offset + 4].Rw("VALUE", 31, 0, out _, "Bits 63..32.");
        return low;
    }

    /// <summary>Declares a read-only 64-bit counter as two registers; reading the low half latches the high half.</summary>
    /// <param name="name">Name in the manual without suffix.</param>
    /// <param name="offset">Byte offset of the low half, a multiple of 8.</param>
    /// <param name="description">What is counted.</param>
    /// <returns>The low half.</returns>
    protected Register Counter(string name, uint offset, string description)
    {
        Register low = PairOf(name, offset, description, latches: true);
        low.Ro("VALUE", 31, 0, out _, "Bits 31..0.");
        _registers[offset + 4].Ro("VALUE", 31, 0, out _, "Bits 63..32, latched when the low half is read.");
        return low;
    }

    private Register PairOf(string name, uint offset, string description, bool latches)
    {
        if (offset % 8 != 0)
        {
            throw new ArgumentException($"{Name}.{name}: a 64-bit value stands at a multiple of 8.");
        }

        Register low = Reg(name + "_LO", offset, description);
        Reg(name + "_HI", offset + 4, description);
        low.PairWithNext(name, latches);
        return low;
    }
}
