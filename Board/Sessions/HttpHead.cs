using System.Text;

namespace NicEmu.Board.Sessions;

/// <summary>Collects the head of an HTTP message up to the empty line (RFC 9112 §2.1).</summary>
internal sealed class HttpHead
{
    private const int LongestHead = 16384;

    private readonly List<byte> _bytes = [];

    /// <summary>The lines, once the head is whole.</summary>
    public string[]? Lines { get; private set; }

    /// <summary>Whether the head grew beyond all measure.</summary>
    public bool IsTooLong => Lines is null && _bytes.Count >= LongestHead;

    /// <summary>Takes bytes.</summary>
    /// <param name="bytes">Bytes of the message.</param>
    /// <returns>Those that belong to the body.</returns>
    public ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; Lines is null && !IsTooLong && i < bytes.Length; i++)
        {
            _bytes.Add(bytes[i]);
            if (_bytes.Count >= 4 && bytes[i] == '\n' && _bytes[^2] == '\r' && _bytes[^3] == '\n' && _bytes[^4] == '\r')
            {
                Lines = Encoding.Latin1.GetString([.. _bytes]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
                return bytes[(i + 1)..];
            }
        }

        return Lines is null ? default : bytes;
    }

    /// <summary>Value of a field; null when there is none.</summary>
    /// <param name="name">Its name in any case.</param>
    public string? Field(string name)
    {
        foreach (string line in Lines ?? [])
        {
            int colon = line.IndexOf(':');
            if (colon > 0 && line.AsSpan(0, colon).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return line[(colon + 1)..].Trim();
            }
        }

        return null;
    }
}
