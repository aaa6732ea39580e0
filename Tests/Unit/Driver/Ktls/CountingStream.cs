using NicEmu.Driver.Ktls;

namespace NicEmu.Tests.Unit.Driver.Ktls;

/// <summary>A TCP sending side that remembers nothing.</summary>
internal sealed class CountingStream(uint sequence) : IStreamWriter
{
    public uint Sequence { get; private set; } = sequence;

    public int Free => int.MaxValue;

    public int Capacity => int.MaxValue;

    public void Write(ReadOnlySpan<byte> bytes) => Sequence += (uint)bytes.Length;
}
