namespace NicEmu.Spec.Registers;

/// <summary>One 32-bit register, as declared; it holds no value. Bits that no field covers are reserved: they read zero and ignore writes.</summary>
public sealed class Register
{
    private readonly List<Field> _fields = [];

    internal Register(string name, uint offset, string description)
    {
        Name = name;
        Offset = offset;
        Description = description;
    }

    /// <summary>Name in the manual.</summary>
    public string Name { get; }

    /// <summary>Byte offset within the block, a multiple of 4.</summary>
    public uint Offset { get; }

    /// <summary>Meaning, as in the manual.</summary>
    public string Description { get; }

    /// <summary>The fields, highest bit first.</summary>
    public IReadOnlyList<Field> Fields => _fields;

    /// <summary>Name of the 64-bit value that this register is the low half of; null otherwise. The high half is the next register.</summary>
    public string? PairName { get; private set; }

    /// <summary>Whether reading the low half latches the high half (64-bit counters).</summary>
    public bool LatchesHighHalf { get; private set; }

    /// <summary>Value after reset.</summary>
    public uint ResetValue
    {
        get
        {
            uint value = 0;
            foreach (Field part in _fields)
            {
                value = part.Insert(value, part.Reset);
            }

            return value;
        }
    }

    /// <summary>Declares a field that software reads and hardware writes.</summary>
    /// <param name="name">Name in the manual.</param>
    /// <param name="msb">Highest bit.</param>
    /// <param name="lsb">Lowest bit.</param>
    /// <param name="field">The declared field.</param>
    /// <param name="description">Meaning.</param>
    /// <param name="reset">Value after reset.</param>
    public Register Ro(string name, int msb, int lsb, out Field field, string description, uint reset = 0) =>
        Add(name, msb, lsb, FieldAccess.ReadOnly, reset, description, out field);

    /// <summary>Declares a field that software reads and writes.</summary>
    /// <inheritdoc cref="Ro"/>
    public Register Rw(string name, int msb, int lsb, out Field field, string description, uint reset = 0) =>
        Add(name, msb, lsb, FieldAccess.ReadWrite, reset, description, out field);

    /// <summary>Declares a field that software writes and that reads as zero.</summary>
    /// <inheritdoc cref="Ro"/>
    public Register Wo(string name, int msb, int lsb, out Field field, string description) =>
        Add(name, msb, lsb, FieldAccess.WriteOnly, 0, description, out field);

    /// <summary>Declares a write-only field whose value is a secret.</summary>
    /// <inheritdoc cref="Ro"/>
    public Register Secret(string name, int msb, int lsb, out Field field, string description)
    {
        Add(name, msb, lsb, FieldAccess.WriteOnly, 0, description, out field);
        field.IsSecret = true;
        return this;
    }

    /// <summary>Declares bits that software clears by writing ones.</summary>
    /// <inheritdoc cref="Ro"/>
    public Register Rw1C(string name, int msb, int lsb, out Field field, string description) =>
        Add(name, msb, lsb, FieldAccess.WriteOneToClear, 0, description, out field);

    /// <summary>Declares bits that software sets by writing ones and hardware clears.</summary>
    /// <inheritdoc cref="Ro"/>
    public Register Rw1S(string name, int msb, int lsb, out Field field, string description) =>
        Add(name, msb, lsb, FieldAccess.WriteOneToSet, 0, description, out field);

    /// <summary>Marks all fields declared so far as sticky: only power-on resets them.</summary>
    public Register Sticky()
    {
        foreach (Field field in _fields)
        {
            field.IsSticky = true;
        }

        return this;
    }

    internal void PairWithNext(string name, bool latches)
    {
        PairName = name;
        LatchesHighHalf = latches;
    }

    private Register Add(string name, int msb, int lsb, FieldAccess access, uint reset, string description, out Field field)
    {
        if (msb is < 0 or > 31 || lsb < 0 || lsb > msb)
        {
            throw new ArgumentException($"{Name}.{name}: bits {msb}..{lsb} do not fit a 32-bit register.");
        }

        field = new Field(this, name, msb, lsb, access, reset, description);
        if (field.Extract(field.Insert(0, reset)) != reset)
        {
            throw new ArgumentException($"{Name}.{name}: reset value 0x{reset:X} does not fit {msb - lsb + 1} bits.");
        }

        foreach (Field other in _fields)
        {
            if ((other.Mask & field.Mask) != 0)
            {
                throw new ArgumentException($"{Name}.{name} overlaps {other.Name}.");
            }

            if (other.Name == name)
            {
                throw new ArgumentException($"{Name}.{name} is declared twice.");
            }
        }

        int at = _fields.FindIndex(f => f.Lsb < lsb);
        _fields.Insert(at < 0 ? _fields.Count : at, field);
        return this;
    }
}
