namespace NicEmu.Board.Compare.Sweeps;

/// <summary>A named number of every point.</summary>
/// <param name="Name">Word in the head of a table: small letters, digits and hyphens.</param>
/// <param name="Role">What it is.</param>
/// <param name="Unit">Unit, such as <c>bytes</c>; <c>1</c> for a share or ratio.</param>
/// <param name="Meaning">One line for a reader.</param>
public sealed record SweepColumn(string Name, SweepRole Role, string Unit, string Meaning)
{
    /// <summary>Names of the values 0, 1, …; empty for an ordinary number.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The measured column that a prediction, a formula or a citation stands beside, or the formula that this column says the assumptions of; empty for none, or for all formulas that have no such column of their own.</summary>
    public string Of { get; init; } = string.Empty;

    /// <summary>How far a measured value may be from a formula: 0 for five percent of the formula, else the distance itself.</summary>
    public double Within { get; init; }

    /// <summary>Labels of what is either so or not.</summary>
    internal static IReadOnlyList<string> NoYes { get; } = ["no", "yes"];
}
