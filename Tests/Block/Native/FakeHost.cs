using NicEmu.Spec.Seams;

namespace NicEmu.Tests.Block.Native;

/// <summary>Four megabytes of host memory behind a port that records every transaction and lets the test act inside of it.</summary>
internal sealed class FakeHost : IHostPort
{
    public const ulong Base = 0x1_0000_0000;
    public const int Size = 4 << 20;

    private readonly byte[] _memory = new byte[Size];

    /// <summary>Runs inside a transaction, when its bytes have moved and it has not returned; gets its number, from 0.</summary>
    public Action<int>? Inside { get; set; }

    /// <summary>Address ranges that abort although they are in memory.</summary>
    public HashSet<ulong> Poisoned { get; } = [];

    public List<(char Kind, ulong Address, int Length)> Calls { get; } = [];

    public List<(int Vector, MsixMessage Message, long TimePs)> Interrupts { get; } = [];

    public Func<long> Now { get; set; } = static () => 0;

    public Span<byte> At(ulong address, int length) => _memory.AsSpan((int)(address - Base), length);

    public BusStatus Read(ulong address, Span<byte> data)
    {
        BusStatus status = Check(address, data.Length);
        if (status == BusStatus.Ok)
        {
            At(address, data.Length).CopyTo(data);
        }

        Enter('R', address, data.Length);
        return status;
    }

    public BusStatus Write(ulong address, ReadOnlySpan<byte> data)
    {
        BusStatus status = Check(address, data.Length);
        if (status == BusStatus.Ok)
        {
            data.CopyTo(At(address, data.Length));
        }

        Enter('W', address, data.Length);
        return status;
    }

    public BusStatus Interrupt(int vector, in MsixMessage message)
    {
        Interrupts.Add((vector, message, Now()));
        Enter('I', message.Address, 4);
        return BusStatus.Ok;
    }

    private BusStatus Check(ulong address, int length)
    {
        bool inside = address >= Base && address - Base <= (ulong)(Size - length);
        return !inside ? BusStatus.Unmapped : Poisoned.Contains(address) ? BusStatus.Aborted : BusStatus.Ok;
    }

    private void Enter(char kind, ulong address, int length)
    {
        Calls.Add((kind, address, length));
        Inside?.Invoke(Calls.Count - 1);
    }
}
