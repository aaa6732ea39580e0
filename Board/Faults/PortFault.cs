using NicEmu.Spec.Seams;

namespace NicEmu.Board.Faults;

/// <summary>One fault in a card's way to memory and interrupts. What it does not touch passes on unchanged.</summary>
/// <param name="next">The way on.</param>
internal abstract class PortFault(IHostPort next) : IHostPort
{
    protected IHostPort Next { get; } = next;

    public virtual BusStatus Read(ulong address, Span<byte> data) => Next.Read(address, data);

    public virtual BusStatus Write(ulong address, ReadOnlySpan<byte> data) => Next.Write(address, data);

    public virtual BusStatus Interrupt(int vector, in MsixMessage message) => Next.Interrupt(vector, message);

    /// <summary>Flips one bit.</summary>
    protected static void FlipBit(SeededRandom random, Span<byte> bytes)
    {
        int bit = random.Next(bytes.Length * 8);
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
    }
}
