using NicEmu.Spec.Registers;

namespace NicEmu.Traces;

/// <summary>A register at one place of a memory window.</summary>
/// <param name="Block">Its block.</param>
/// <param name="Instance">Number of the block's instance.</param>
/// <param name="Register">The register.</param>
/// <param name="ByteOffset">Offset of the access within the register, 0 to 3.</param>
public readonly record struct RegisterLocation(RegisterBlock Block, int Instance, Register Register, int ByteOffset);
