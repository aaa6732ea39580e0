using System.Globalization;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>Values as they stand in a table, the same in every culture.</summary>
internal static class SweepText
{
    /// <summary>The shortest text that gives the same number again, or its label; empty for none.</summary>
    public static string Of(SweepColumn column, double value)
    {
        if (double.IsNaN(value)) return string.Empty;
        return column.Labels.Count > 0 ? column.Labels[(int)value] : value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The inverse of <see cref="Of"/>; false for what it never gives.</summary>
    public static bool TryParse(SweepColumn column, string text, out double value)
    {
        value = double.NaN;
        // What was chosen is always there.
        if (text.Length == 0) return column.Role != SweepRole.Axis;
        if (column.Labels.Count == 0) return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        for (int i = 0; i < column.Labels.Count; i++)
        {
            if (column.Labels[i] == text)
            {
                value = i;
                return true;
            }
        }

        return false;
    }
}
