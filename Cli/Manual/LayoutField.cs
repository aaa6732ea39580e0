namespace NicEmu.Cli.Manual;

/// <summary>One field of a structure in host memory.</summary>
/// <param name="Offset">Byte offset.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="Name">Name.</param>
/// <param name="Type">Name of the enumeration that the field holds, or null.</param>
/// <param name="Text">Meaning.</param>
internal sealed record LayoutField(int Offset, int Size, string Name, string? Type, string Text);
