namespace NicEmu.Board.Scenarios;

/// <summary>
/// The content of one direction of a flow: any part of it can be made or checked at any place. Every 32 bytes it says a phrase, so that plaintext on a wire is recognised.
/// </summary>
/// <param name="seed">Tells directions apart.</param>
internal sealed class FlowContent(ulong seed)
{
    private const int Line = 32;

    /// <summary>The phrase; 45 contiguous bytes of content hold it whole.</summary>
    public static ReadOnlySpan<byte> Phrase => "nicemu-plain-"u8;

    public void Fill(long position, Span<byte> bytes)
    {
        Span<byte> line = stackalloc byte[Line];
        for (int at = 0; at < bytes.Length;)
        {
            long number = (position + at) / Line;
            Phrase.CopyTo(line);
            new SeededRandom(seed ^ (ulong)number).Fill(line[Phrase.Length..]);
            int offset = (int)((position + at) % Line);
            int count = Math.Min(Line - offset, bytes.Length - at);
            line.Slice(offset, count).CopyTo(bytes[at..]);
            at += count;
        }
    }

    public bool Matches(long position, ReadOnlySpan<byte> bytes)
    {
        byte[] expected = new byte[bytes.Length];
        Fill(position, expected);
        return bytes.SequenceEqual(expected);
    }
}
