namespace NicEmu.Spec.Testing;

/// <summary>What a call returned.</summary>
/// <param name="Error">The error, or none.</param>
/// <param name="Value">Bytes taken; zero with an error.</param>
public readonly record struct DriverResult(DriverError Error, int Value)
{
    /// <summary>Whether the call succeeded.</summary>
    public bool Ok => Error == DriverError.None;
}
