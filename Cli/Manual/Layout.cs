using System.Reflection;
using System.Runtime.InteropServices;

namespace NicEmu.Cli.Manual;

/// <summary>Layout of one structure of the interface, read from its declaration.</summary>
/// <param name="Name">Name of the structure.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="Text">Meaning.</param>
/// <param name="Fields">The fields in order of their offsets.</param>
internal sealed record Layout(string Name, int Size, string Text, IReadOnlyList<LayoutField> Fields)
{
    /// <summary>Reads a layout.</summary>
    /// <param name="type">A structure with explicit layout.</param>
    /// <param name="docs">Where meanings are found.</param>
    public static Layout Of(Type type, XmlDocs docs)
    {
        var fields = new List<LayoutField>();
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            FieldInfo? backing = type.GetField($"<{property.Name}>k__BackingField", BindingFlags.NonPublic | BindingFlags.Instance);
            FieldOffsetAttribute? offset = backing?.GetCustomAttribute<FieldOffsetAttribute>();
            if (offset is null)
            {
                continue;
            }

            Type held = property.PropertyType;
            Type plain = held.IsEnum ? Enum.GetUnderlyingType(held) : held;
            fields.Add(new LayoutField(offset.Value, SizeOf(plain), property.Name, held.IsEnum ? held.Name : null, docs.Property(type, property.Name)));
        }

        fields.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        return new Layout(type.Name, type.StructLayoutAttribute!.Size, docs.Type(type), fields);
    }

    private static int SizeOf(Type plain) => Type.GetTypeCode(plain) switch
    {
        TypeCode.Byte => 1,
        TypeCode.UInt16 => 2,
        TypeCode.UInt32 or TypeCode.Int32 => 4,
        TypeCode.UInt64 => 8,
        _ => throw new NotSupportedException($"{plain} has no place in a layout."),
    };
}
