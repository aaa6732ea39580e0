using NicEmu.Conformance.Core;

namespace NicEmu.Board.Scenarios.Text;

/// <summary>The shape of a scenario file that names a case of the conformance matrix.</summary>
internal static class CaseShapes
{
    public static ObjectShape Root { get; } = new(
        "A case of the conformance matrix, run and judged as `nicemu conform` does. A failing case writes such a file.",
        ("$schema", new TextShape("Where this schema is; for editors.")),
        ("name", new TextShape("Short name.")),
        ("about", new TextShape("Why the file was written.")),
        ("case", new TextShape("Number of the case; `nicemu conform --list` shows all.", "the number of a case, such as \"C021\"", "^[Cc][0-9]{3}$", Mistake)),
        ("seed", new NumberShape("Decides about everything that is drawn. Default 1.", 0, ulong.MaxValue)),
        ("sweep", new TextShape("The long form of the case, or a part of it: I/N, with 1/1 for all.", "a part of a sweep, I/N", "^[1-9][0-9]*/[1-9][0-9]*$", PartMistake)))
    {
        Required = ["case"],
    };

    private static string? Mistake(string id)
    {
        if (CaseCatalogue.Find(id) is not null) return null;
        NotApplicableCase? row = NotApplicable.All.FirstOrDefault(n => n.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
        return row is null ? $"there is no case \"{id}\"; `nicemu conform --list` shows what there is." : $"{row.Id} does not apply to this card: {row.Reason}";
    }

    private static string? PartMistake(string text) => CaseSweep.TryParse(text, out _) ? null : $"expected a part of a sweep, I/N with I from 1 to N, found \"{text}\".";
}
