using NicEmu.Driver.Ktls;

namespace NicEmu.Tests.Unit.Driver.Ktls;

/// <summary>A TCP sending side that only remembers.</summary>
internal sealed class FakeStream(uint sequence, int capacity) : IStreamWriter
{
    private readonly List<byte> _bytes = [];

    public uint Sequence => sequence + (uint)_bytes.Count;

    public int Free => Capacity - _bytes.Count;

    public int Capacity => capacity;

    public byte[] Bytes => [.. _bytes];

    public void Write(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);
}
