using NicEmu.Driver.Ktls;
using NicEmu.Driver.Memory;

namespace NicEmu.Driver.Paths;

/// <summary>A reader's buffer as the place where records are joined and made plain: every pass over it is counted.</summary>
/// <param name="buffer">The buffer, with room for the longest record.</param>
/// <param name="counter">Counts copies; null for nobody.</param>
internal sealed class ReaderMemory(MeteredRegion buffer, MemoryMeter? counter) : IRecordMemory
{
    private readonly byte[] _registers = new byte[buffer.Length];

    public void Store(int offset, ReadOnlySpan<byte> bytes)
    {
        // Joining is one copy, however many parts a record comes in.
        if (offset == 0) counter?.Count(MemoryEvent.Copies);
        buffer.Write(offset, bytes);
    }

    public Span<byte> Load(int offset, int length)
    {
        Span<byte> bytes = _registers.AsSpan(0, length);
        buffer.Read(offset, bytes);
        return bytes;
    }

    public void Save(int offset, ReadOnlySpan<byte> bytes)
    {
        counter?.Count(MemoryEvent.Copies);
        buffer.Write(offset, bytes);
    }

    /// <summary>The reader has the buffer.</summary>
    public ReadOnlySpan<byte> Show(int offset, int length) => default;

    /// <summary>The buffer is the reader's: what it holds is the reader's business.</summary>
    public void Clear() => _registers.AsSpan().Clear();
}
