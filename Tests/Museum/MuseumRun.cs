using System.Collections.Concurrent;

namespace NicEmu.Tests.Museum;

/// <summary>What the killers say of each mutant. A mutant runs once, whoever asks first.</summary>
internal static class MuseumRun
{
    /// <summary>Decides about everything that is drawn.</summary>
    public const ulong Seed = 1;

    private static readonly ConcurrentDictionary<string, Lazy<IReadOnlyList<Judgement>>> Known = new(StringComparer.Ordinal);

    /// <summary>Asks every killer that a mutant names.</summary>
    /// <param name="mutant">The mutant.</param>
    public static IReadOnlyList<Judgement> Of(Mutant mutant) => Known.GetOrAdd(mutant.Id, _ => new(() => Run(mutant))).Value;

    private static IReadOnlyList<Judgement> Run(Mutant mutant)
    {
        using var world = new MutantWorld(mutant.Project, MutantCompiler.Compile(mutant.Project, mutant.Edits));
        return [.. mutant.Killers.Select(killer => world.Ask(killer, Seed))];
    }
}
