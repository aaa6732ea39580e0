namespace NicEmu.Board.Faults;

/// <summary>One kind of fault that can be put into a run.</summary>
/// <param name="Name">Its name on the command line and in scenario files; stable.</param>
/// <param name="Family">The seam that it is put into.</param>
/// <param name="Summary">What it does, in one line.</param>
/// <param name="Meaning">What that models, what a driver sees of it, and what ought to happen.</param>
/// <param name="Parameters">What it takes.</param>
/// <param name="Moments">What its WHEN may count; the first is the default, with 0.</param>
public sealed record FaultDefinition(
    string Name, FaultFamily Family, string Summary, string Meaning, IReadOnlyList<FaultParameter> Parameters, IReadOnlyList<FaultMoment> Moments)
{
    /// <summary>The verb behind the last hyphen, for families whose faults differ in the verb only.</summary>
    internal string Verb => Name[(Name.LastIndexOf('-') + 1)..];
}
