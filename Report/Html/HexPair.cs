using System.Globalization;

namespace NicEmu.Report.Html;

/// <summary>Two frames side by side in hexadecimal, with the bytes that differ marked.</summary>
internal static class HexPair
{
    private const int BytesInLine = 16;

    /// <summary>Makes the lines.</summary>
    /// <param name="before">The first frame.</param>
    /// <param name="after">The second frame, as long as the first.</param>
    /// <param name="bytes">How many bytes to show from the beginning.</param>
    public static IEnumerable<IReadOnlyList<(string Text, bool Marked)>> Lines(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after, int bytes)
    {
        int length = Math.Min(bytes, Math.Min(before.Length, after.Length));
        for (int at = 0; at < length; at += BytesInLine)
        {
            int count = Math.Min(BytesInLine, length - at);
            var line = new List<(string, bool)> { (at.ToString("x4", CultureInfo.InvariantCulture) + "  ", false) };
            Side(line, before.Span.Slice(at, count), after.Span.Slice(at, count));
            line.Add(("   |   ", false));
            Side(line, after.Span.Slice(at, count), before.Span.Slice(at, count));
            yield return line;
        }
    }

    private static void Side(List<(string, bool)> line, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> other)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            line.Add((bytes[i].ToString("x2", CultureInfo.InvariantCulture), bytes[i] != other[i]));
            line.Add((" ", false));
        }

        line.Add((new string(' ', (BytesInLine - bytes.Length) * 3), false));
        for (int i = 0; i < bytes.Length; i++) line.Add((bytes[i] is >= 0x20 and < 0x7F ? ((char)bytes[i]).ToString() : ".", bytes[i] != other[i]));
    }
}
