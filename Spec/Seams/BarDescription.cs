namespace NicEmu.Spec.Seams;

/// <summary>One base address register of a PCI function.</summary>
/// <param name="Index">Number of the (lower) register, 0 to 5.</param>
/// <param name="Size">Size in bytes, a power of two, at least 16.</param>
/// <param name="Is64Bit">Whether the register pair <paramref name="Index"/>, <paramref name="Index"/> + 1 holds a 64-bit address.</param>
/// <param name="Name">What the window holds, as in the manual.</param>
public sealed record BarDescription(int Index, ulong Size, bool Is64Bit, string Name);
