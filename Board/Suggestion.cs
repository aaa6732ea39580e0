namespace NicEmu.Board;

/// <summary>Finds what somebody who misspelt a name may have meant.</summary>
public static class Suggestion
{
    private const int FarthestEdits = 3;

    /// <summary>The words <c>; did you mean 'X'?</c>, or nothing when no name is near.</summary>
    /// <param name="word">What was written.</param>
    /// <param name="names">What there is.</param>
    public static string For(string word, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(names);
        string? best = null;
        int least = Math.Min(FarthestEdits, word.Length < 3 ? 1 : Math.Max(2, word.Length / 2)) + 1;
        foreach (string name in names)
        {
            int distance = Distance(word.ToLowerInvariant(), name.ToLowerInvariant());
            if (distance < least)
            {
                (best, least) = (name, distance);
            }
        }

        return best is null ? string.Empty : $"; did you mean '{best}'?";
    }

    // Levenshtein's distance, one row at a time.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
