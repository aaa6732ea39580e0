using NicEmu.Spec.Seams;

namespace NicEmu.Board.Faults;

/// <summary>One fault between a bus and a PCI function. What it does not touch passes on unchanged.</summary>
/// <param name="next">The way on.</param>
internal abstract class FunctionFault(IPciFunction next) : IPciFunction
{
    public IReadOnlyList<BarDescription> Bars => Next.Bars;

    protected IPciFunction Next { get; } = next;

    public void ConfigRead(int offset, Span<byte> data) => Next.ConfigRead(offset, data);

    public void ConfigWrite(int offset, ReadOnlySpan<byte> data) => Next.ConfigWrite(offset, data);

    public virtual void BarRead(int bar, ulong offset, Span<byte> data) => Next.BarRead(bar, offset, data);

    public virtual void BarWrite(int bar, ulong offset, ReadOnlySpan<byte> data) => Next.BarWrite(bar, offset, data);

    public virtual void Reset(ResetKind kind) => Next.Reset(kind);
}
