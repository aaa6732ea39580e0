namespace NicEmu.Conformance.Sanitizer;

/// <summary>How often a rule was broken.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Count">Breaches, those that are not listed one by one included.</param>
/// <param name="SuppressedBecause">The reason of its suppression; null when it is not suppressed.</param>
public sealed record RuleCount(SanitizerRule Rule, long Count, string? SuppressedBecause);
