using NicEmu.Spec.Seams;

namespace NicEmu.Driver.Nic;

/// <summary>Memory that frames are copied to, used as a ring of bytes: taken in order, given back in order when descriptors complete.</summary>
internal sealed class TxArena(DmaBuffer memory)
{
    private readonly uint _mask = (uint)memory.Length - 1;

    /// <summary>Free-running position of the next byte to take.</summary>
    public uint Head { get; private set; }

    /// <summary>Free-running position of the oldest byte in use.</summary>
    public uint Tail { get; private set; }

    public int Free => memory.Length - (int)(Head - Tail);

    public DmaBuffer Memory => memory;

    /// <summary>Copies the first bytes of <paramref name="source"/>, as far as one piece without a wrap goes, and moves it past them.</summary>
    /// <returns>Bus address and length of the piece.</returns>
    public (ulong Address, uint Length) Take(ref ReadOnlySpan<byte> source, int maximum)
    {
        int at = (int)(Head & _mask);
        int length = Math.Min(Math.Min(source.Length, maximum), memory.Length - at);
        source[..length].CopyTo(memory.Span[at..]);
        source = source[length..];
        Head += (uint)length;
        return (memory.BusAddress + (uint)at, (uint)length);
    }

    /// <summary>Takes the first bytes of a payload: copied from a span, and only named where they lie in a piece.</summary>
    public (ulong Address, uint Length) Take(ref TxBytes source, int maximum)
    {
        if (!source.IsReference)
        {
            ReadOnlySpan<byte> span = source.Span;
            (ulong Address, uint Length) copied = Take(ref span, maximum);
            source = span;
            return copied;
        }

        DmaPiece piece = source.FirstPiece(maximum);
        source = source[piece.Length..];
        return (piece.Address, (uint)piece.Length);
    }

    /// <summary>Reads bytes that are in use.</summary>
    public void CopyOut(uint position, Span<byte> destination)
    {
        int at = (int)(position & _mask);
        int first = Math.Min(destination.Length, memory.Length - at);
        memory.Span.Slice(at, first).CopyTo(destination);
        memory.Span[..(destination.Length - first)].CopyTo(destination[first..]);
    }

    public void ReleaseUpTo(uint position) => Tail = position;
}
