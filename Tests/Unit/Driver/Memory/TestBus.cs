using NicEmu.Board.Memory;
using NicEmu.Spec.Seams;

namespace NicEmu.Tests.Unit.Driver.Memory;

/// <summary>A bus with memory and no device.</summary>
internal sealed class TestBus : IDeviceBus
{
    public HostMemory Memory { get; } = new();

    public uint ConfigRead(int offset, int width) => throw new InvalidOperationException();

    public void ConfigWrite(int offset, int width, uint value) => throw new InvalidOperationException();

    public ulong Read(int bar, ulong offset, int width) => throw new InvalidOperationException();

    public void Write(int bar, ulong offset, int width, ulong value) => throw new InvalidOperationException();

    public DmaBuffer AllocateDma(int bytes) => Memory.Allocate(bytes);

    public MsixMessage? OnInterrupt(int vector, Action handler) => null;
}
