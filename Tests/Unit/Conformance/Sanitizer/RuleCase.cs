namespace NicEmu.Tests.Unit.Conformance.Sanitizer;

/// <summary>A stream that breaks a rule, and a like one that does not.</summary>
/// <param name="Id">The rule.</param>
/// <param name="Breaks">Breaks it.</param>
/// <param name="Keeps">Keeps it.</param>
internal sealed record RuleCase(string Id, Action<SanitizerBench> Breaks, Action<SanitizerBench> Keeps)
{
    public override string ToString() => Id;
}
