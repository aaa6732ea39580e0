namespace NicEmu.Conformance.Sanitizer;

/// <summary>A rule whose findings are counted and not reported.</summary>
/// <param name="RuleId">Identifier of the rule.</param>
/// <param name="Reason">Why; must not be empty.</param>
public sealed record Suppression(string RuleId, string Reason);
