using System.Globalization;

namespace NicEmu.Cli.Commands;

/// <summary>The value of <c>--shard</c>.</summary>
internal static class ShardArgument
{
    /// <summary>Reads <c>I/N</c>.</summary>
    /// <param name="text">The value; null for all.</param>
    /// <returns>The part, from 1, and how many there are.</returns>
    /// <exception cref="UsageFault">It is no such value.</exception>
    public static (int Part, int Count) Parse(string? text)
    {
        if (text is null) return (1, 1);
        string[] parts = text.Split('/');
        bool ok = parts.Length == 2
            & int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int part)
            & int.TryParse(parts.Length == 2 ? parts[1] : null, NumberStyles.None, CultureInfo.InvariantCulture, out int count);
        if (!ok || part < 1 || part > count) throw new UsageFault($"--shard {text}: wanted I/N with I from 1 to N, such as 1/4");
        return (part, count);
    }
}
