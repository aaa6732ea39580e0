using System.Buffers.Binary;
using NicEmu.Spec.Seams;

namespace NicEmu.Driver.Nic;

/// <summary>The reading end of a ring that the card writes: an entry is there when the top bit of its last word has the phase of the pass.</summary>
internal sealed class PhaseRing(DmaBuffer memory, int sizeLog2, int entryBytes)
{
    /// <summary>Free-running index of the next entry to read.</summary>
    public uint Consumer { get; private set; }

    public DmaBuffer Memory => memory;

    public int SizeLog2 => sizeLog2;

    public bool TryPeek(out ReadOnlySpan<byte> entry)
    {
        int slot = (int)(Consumer & ((1u << sizeLog2) - 1));
        entry = memory.Span.Slice(slot * entryBytes, entryBytes);
        bool phase = BinaryPrimitives.ReadUInt32LittleEndian(entry[^4..]) >> 31 != 0;
        // The first pass carries 1, and each pass the opposite of the one before.
        return phase == (((Consumer >> sizeLog2) & 1) == 0);
    }

    public void Advance() => Consumer++;
}
