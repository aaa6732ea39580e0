using NicEmu.Driver.Nic;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Nic;

/// <summary>Memory at bus addresses of the test's choice, which counts what is loaded.</summary>
internal sealed class PieceMemory : IDmaReader
{
    private readonly SortedDictionary<ulong, byte[]> _buffers = [];

    public long BytesLoaded { get; private set; }

    public DmaPiece Add(ulong address, byte[] bytes)
    {
        _buffers[address] = bytes;
        return new(address, bytes.Length);
    }

    public void Read(ulong address, Span<byte> destination)
    {
        (ulong start, byte[] bytes) = _buffers.Last(b => b.Key <= address);
        Assert.That(address - start + (ulong)destination.Length, Is.LessThanOrEqualTo((ulong)bytes.Length), "within one piece");
        bytes.AsSpan((int)(address - start), destination.Length).CopyTo(destination);
        BytesLoaded += destination.Length;
    }
}
