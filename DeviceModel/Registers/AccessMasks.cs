using NicEmu.Spec.Registers;

namespace NicEmu.DeviceModel.Registers;

/// <summary>The access rules of one register, as masks over its 32 bits.</summary>
internal sealed class AccessMasks
{
    public AccessMasks(Register register)
    {
        Reset = register.ResetValue;
        foreach (Field field in register.Fields)
        {
            Declared |= field.Mask;
            Sticky |= field.IsSticky ? field.Mask : 0;
            Secret |= field.IsSecret ? field.Mask : 0;
            switch (field.Access)
            {
                case FieldAccess.ReadWrite:
                    ReadWrite |= field.Mask;
                    break;
                case FieldAccess.WriteOnly:
                    WriteOnly |= field.Mask;
                    break;
                case FieldAccess.WriteOneToClear:
                    OneToClear |= field.Mask;
                    break;
                case FieldAccess.WriteOneToSet:
                    OneToSet |= field.Mask;
                    break;
            }
        }
    }

    public uint Reset { get; }

    public uint Declared { get; }

    public uint Sticky { get; }

    public uint Secret { get; }

    public uint ReadWrite { get; }

    public uint WriteOnly { get; }

    public uint OneToClear { get; }

    public uint OneToSet { get; }

    public uint Writable => ReadWrite | WriteOnly | OneToClear | OneToSet;
}
