using System.Numerics;

namespace NicEmu.Traces;

/// <summary>4 KiB of a byte stream, with a bit for each byte that is known.</summary>
internal sealed class SequencePage
{
    public const int Size = 4096;

    private readonly byte[] _bytes = new byte[Size];
    private readonly ulong[] _known = new ulong[Size / 64];

    /// <summary>Length of the run from a place on within which all bytes are known, or none is.</summary>
    /// <param name="from">First place.</param>
    /// <param name="limit">Greatest length to return.</param>
    /// <param name="known">Whether the bytes of the run are known.</param>
    public int Run(int from, int limit, out bool known)
    {
        known = IsKnown(from);
        int at = from;
        int end = from + limit;
        while (at < end)
        {
            ulong word = (known ? ~_known[at / 64] : _known[at / 64]) >> (at % 64);
            if (word != 0)
            {
                return Math.Min(at + BitOperations.TrailingZeroCount(word), end) - from;
            }

            at = (at / 64 * 64) + 64;
        }

        return limit;
    }

    public ReadOnlySpan<byte> Slice(int from, int length) => _bytes.AsSpan(from, length);

    public void Store(int from, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes.AsSpan(from));
        for (int at = from, end = from + bytes.Length; at < end;)
        {
            int bits = Math.Min(64 - (at % 64), end - at);
            ulong mask = bits == 64 ? ulong.MaxValue : (1UL << bits) - 1;
            _known[at / 64] |= mask << (at % 64);
            at += bits;
        }
    }

    private bool IsKnown(int at) => (_known[at / 64] >> (at % 64) & 1) != 0;
}
