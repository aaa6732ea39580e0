using System.Text.Json;

namespace NicEmu.Board.Scenarios.Text;

/// <summary>What a value of a scenario file may be: the one source of the reader's checks and of the published schema.</summary>
/// <param name="about">What it is for.</param>
internal abstract class Shape(string about)
{
    public string About => about;

    /// <summary>Checks a value; throws at its place when it does not fit.</summary>
    public abstract void Check(JsoncValue value, string file);

    /// <summary>Writes the members of its JSON schema.</summary>
    public virtual void WriteSchema(Utf8JsonWriter json)
    {
        if (About.Length > 0)
        {
            json.WriteString("description", About);
        }
    }

    protected static ScenarioFormatException Unfit(JsoncValue value, string file, string expected) => new(file, value.Place, $"expected {expected}, found {value.Describe()}.");
}
