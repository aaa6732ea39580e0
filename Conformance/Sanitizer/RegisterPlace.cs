using NicEmu.Spec.Registers;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>A register at its place.</summary>
/// <param name="Block">Its block.</param>
/// <param name="Instance">Number of the block's instance.</param>
/// <param name="Register">The register.</param>
internal sealed record RegisterPlace(RegisterBlock Block, int Instance, Register Register)
{
    public string Name => Block.Count == 1 ? Register.Name : $"{Register.Name}[{Instance}]";

    public bool IsWriteOnly => Register.Fields.Count > 0 && Register.Fields.All(static f => f.Access == FieldAccess.WriteOnly);

    public bool IsLatchedHigh { get; init; }
}
