using NicEmu.Conformance.Sanitizer.Rules;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>The rules of the sanitizer.</summary>
public static class SanitizerRules
{
    /// <summary>All rules in ascending order of their identifiers.</summary>
    public static IReadOnlyList<SanitizerRule> All { get; } =
        [.. MmioRules.All.Concat(RingRules.All).Concat(TlsRules.All).Concat(KeyRules.All).Concat(LifecycleRules.All).OrderBy(static r => r.Id, StringComparer.Ordinal)];

    /// <summary>Finds a rule.</summary>
    /// <param name="id">Its identifier; letters of any case.</param>
    /// <returns>Null when there is none.</returns>
    public static SanitizerRule? Find(string id) => All.FirstOrDefault(r => string.Equals(r.Id, id, StringComparison.OrdinalIgnoreCase));
}
