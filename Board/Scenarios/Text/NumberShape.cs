using System.Globalization;
using System.Text.Json;

namespace NicEmu.Board.Scenarios.Text;

/// <summary>A number within bounds.</summary>
internal sealed class NumberShape(string about, decimal least, decimal greatest, bool isWhole = true) : Shape(about)
{
    public override void Check(JsoncValue value, string file)
    {
        bool good = value.Kind == JsoncKind.Number && decimal.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            && number >= least && number <= greatest && (!isWhole || (decimal.Truncate(number) == number && value.Text.AsSpan().IndexOfAny('.', 'e', 'E') < 0));
        if (!good)
        {
            throw Unfit(value, file, string.Create(CultureInfo.InvariantCulture, $"a {(isWhole ? "whole number" : "number")} from {least} to {greatest}"));
        }
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", isWhole ? "integer" : "number");
        json.WriteNumber("minimum", least);
        json.WriteNumber("maximum", greatest);
        base.WriteSchema(json);
    }
}
