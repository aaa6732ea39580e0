namespace NicEmu.Spec.Registers;

/// <summary>One field of a register, as declared; it holds no value.</summary>
public sealed class Field
{
    internal Field(Register register, string name, int msb, int lsb, FieldAccess access, uint reset, string description)
    {
        Register = register;
        Name = name;
        Msb = msb;
        Lsb = lsb;
        Access = access;
        Reset = reset;
        Description = description;
    }

    /// <summary>The register that holds the field.</summary>
    public Register Register { get; }

    /// <summary>Name in the manual.</summary>
    public string Name { get; }

    /// <summary>Number of the highest bit, 0 to 31.</summary>
    public int Msb { get; }

    /// <summary>Number of the lowest bit, 0 to 31.</summary>
    public int Lsb { get; }

    /// <summary>Access rule.</summary>
    public FieldAccess Access { get; }

    /// <summary>Value after reset, right-aligned.</summary>
    public uint Reset { get; }

    /// <summary>Meaning, as in the manual.</summary>
    public string Description { get; }

    /// <summary>Whether the field survives every reset but power-on.</summary>
    public bool IsSticky { get; internal set; }

    /// <summary>Whether the value is a secret: writers of traces and views show none of it.</summary>
    public bool IsSecret { get; internal set; }

    /// <summary>The bits of the field within its register.</summary>
    public uint Mask => (uint)(((1UL << (Msb - Lsb + 1)) - 1) << Lsb);

    /// <summary>Takes the field out of a register value.</summary>
    /// <param name="registerValue">All 32 bits.</param>
    /// <returns>The field, right-aligned.</returns>
    public uint Extract(uint registerValue) => (registerValue & Mask) >> Lsb;

    /// <summary>Puts the field into a register value.</summary>
    /// <param name="registerValue">All 32 bits.</param>
    /// <param name="value">The field, right-aligned; higher bits are ignored.</param>
    public uint Insert(uint registerValue, uint value) => (registerValue & ~Mask) | ((value << Lsb) & Mask);
}
