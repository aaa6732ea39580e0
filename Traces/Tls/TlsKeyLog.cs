using System.Diagnostics.CodeAnalysis;

namespace NicEmu.Traces.Tls;

/// <summary>Secrets in the format of SSLKEYLOGFILE: lines of label, client random and secret (RFC 9850). Lines that are none are passed over.</summary>
public sealed class TlsKeyLog
{
    /// <summary>Longest secret taken, in bytes; the longest hash has 64.</summary>
    private const int MaxSecretLength = 64;

    private readonly Dictionary<(string Label, string Random), byte[]> _secrets = [];

    /// <summary>Number of secrets.</summary>
    public int Count => _secrets.Count;

    /// <summary>Adds the lines of a key log. Of two lines with the same label and random the first stays.</summary>
    /// <param name="text">The text; any.</param>
    public void Add(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            string[] words = line.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 3 && words[1].Length == 64 && words[2].Length <= 2 * MaxSecretLength && IsHex(words[1]) && IsHex(words[2]) && words[2].Length % 2 == 0)
            {
                _secrets.TryAdd((words[0], words[1].ToLowerInvariant()), Convert.FromHexString(words[2]));
            }
        }
    }

    /// <summary>Finds a secret.</summary>
    /// <param name="label">Label, for example <c>CLIENT_TRAFFIC_SECRET_0</c>.</param>
    /// <param name="clientRandom">The 32 bytes of the ClientHello.</param>
    /// <param name="secret">The secret.</param>
    /// <returns>False when there is none.</returns>
    public bool TryGet(string label, ReadOnlySpan<byte> clientRandom, [NotNullWhen(true)] out byte[]? secret) =>
        _secrets.TryGetValue((label, Convert.ToHexStringLower(clientRandom)), out secret);

    /// <summary>The labels that are known for one connection, in alphabetical order.</summary>
    /// <param name="clientRandom">The 32 bytes of the ClientHello.</param>
    public IReadOnlyList<string> LabelsOf(ReadOnlySpan<byte> clientRandom)
    {
        string random = Convert.ToHexStringLower(clientRandom);
        return [.. _secrets.Keys.Where(k => k.Random == random).Select(k => k.Label).Order(StringComparer.Ordinal)];
    }

    private static bool IsHex(string text) => text.Length > 0 && text.All(char.IsAsciiHexDigit);
}
