namespace NicEmu.Board.Scenarios.Text;

/// <summary>One member of an object, with the place of its name.</summary>
internal sealed record JsoncMember(string Name, TextPlace Place, JsoncValue Value);
