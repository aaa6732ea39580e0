using System.Runtime.InteropServices;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>
/// Blocks of 16 bytes of what was given to a card to be encrypted, so that they are recognised wherever they appear. Any 31 bytes of it on the wire
/// hold one whole block. Blocks of few different bytes are left out: they could stand anywhere. Bounded: the oldest are forgotten.
/// </summary>
internal sealed class PlaintextIndex
{
    /// <summary>Length of a block in bytes.</summary>
    public const int BlockLength = 16;

    private const int Capacity = 1 << 15;
    private const int FilterBits = 1 << 20;
    private const int LeastDifferent = 5;

    private readonly HashSet<UInt128> _blocks = [];
    private readonly Queue<UInt128> _order = new();
    private readonly ulong[] _filter = new ulong[FilterBits / 64];

    public bool IsEmpty => _blocks.Count == 0;

    /// <summary>Adds plaintext.</summary>
    public void Add(ReadOnlySpan<byte> plaintext)
    {
        for (; plaintext.Length >= BlockLength; plaintext = plaintext[BlockLength..])
        {
            UInt128 block = MemoryMarshal.Read<UInt128>(plaintext);
            if (!IsTelling(plaintext[..BlockLength]) || !_blocks.Add(block))
            {
                continue;
            }

            _order.Enqueue(block);
            uint bit = BitOf(block);
            _filter[bit / 64] |= 1UL << (int)(bit % 64);
            if (_order.Count > Capacity)
            {
                Forget();
            }
        }
    }

    /// <summary>Offset of the first known block in some bytes; -1 when there is none.</summary>
    public int Find(ReadOnlySpan<byte> bytes)
    {
        for (int at = 0; at + BlockLength <= bytes.Length; at++)
        {
            UInt128 block = MemoryMarshal.Read<UInt128>(bytes[at..]);
            uint bit = BitOf(block);
            if ((_filter[bit / 64] & (1UL << (int)(bit % 64))) != 0 && _blocks.Contains(block))
            {
                return at;
            }
        }

        return -1;
    }

    private static uint BitOf(UInt128 block)
    {
        ulong mixed = ((ulong)block * 0x9E37_79B9_7F4A_7C15) ^ ((ulong)(block >> 64) * 0xC2B2_AE3D_27D4_EB4F);
        return (uint)(mixed >> 44);
    }

    private static bool IsTelling(ReadOnlySpan<byte> block)
    {
        Span<byte> seen = stackalloc byte[LeastDifferent];
        int count = 0;
        foreach (byte value in block)
        {
            if (!seen[..count].Contains(value))
            {
                seen[count++] = value;
                if (count == LeastDifferent)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Forgets the older half; the filter is built anew, because its bits cannot be taken back one by one.</summary>
    private void Forget()
    {
        while (_order.Count > Capacity / 2)
        {
            _blocks.Remove(_order.Dequeue());
        }

        Array.Clear(_filter);
        foreach (UInt128 block in _order)
        {
            uint bit = BitOf(block);
            _filter[bit / 64] |= 1UL << (int)(bit % 64);
        }
    }
}
