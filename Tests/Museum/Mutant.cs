namespace NicEmu.Tests.Museum;

/// <summary>A bug that was made elsewhere, planted in our sources.</summary>
/// <param name="Id">Number in the museum, <c>B001</c> and on; <c>D01</c> and on for cards.</param>
/// <param name="Upstream">Where it was: subject and identifier of the commit or thread.</param>
/// <param name="Wrong">What went wrong there.</param>
/// <param name="Killers">What must notice it: cases (<c>C066</c>), or sanitizer rules within a case (<c>NE3004 in C053</c>).</param>
/// <param name="Edits">The change.</param>
internal sealed record Mutant(string Id, string Upstream, string Wrong, IReadOnlyList<string> Killers, IReadOnlyList<MutantEdit> Edits)
{
    /// <summary>Project whose sources are changed.</summary>
    public string Project => Edits[0].File[..Edits[0].File.IndexOf('/', StringComparison.Ordinal)];

    public override string ToString() => Id;
}
