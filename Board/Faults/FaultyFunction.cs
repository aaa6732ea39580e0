using NicEmu.Spec.Seams;

namespace NicEmu.Board.Faults;

/// <summary>Stands between a bus and its function, where faults of register accesses can be put in; it also notes where the driver's rings are.</summary>
/// <param name="function">The real function.</param>
public sealed class FaultyFunction(IPciFunction function) : IPciFunction
{
    private readonly RealFunction _real = new(function);
    private IPciFunction? _first;

    /// <inheritdoc/>
    public IReadOnlyList<BarDescription> Bars => _real.Bars;

    internal RingMap Rings { get; } = new();

    private IPciFunction First => _first ?? _real;

    /// <inheritdoc/>
    public void ConfigRead(int offset, Span<byte> data) => First.ConfigRead(offset, data);

    /// <inheritdoc/>
    public void ConfigWrite(int offset, ReadOnlySpan<byte> data) => First.ConfigWrite(offset, data);

    /// <inheritdoc/>
    public void BarRead(int bar, ulong offset, Span<byte> data) => First.BarRead(bar, offset, data);

    /// <inheritdoc/>
    public void BarWrite(int bar, ulong offset, ReadOnlySpan<byte> data)
    {
        Rings.OnWrite(bar, offset, data);
        First.BarWrite(bar, offset, data);
    }

    /// <inheritdoc/>
    public void Reset(ResetKind kind) => First.Reset(kind);

    /// <summary>Puts another function behind, in place of the one before; the faults stay.</summary>
    internal void Replace(IPciFunction successor) => _real.Function = successor;

    internal void Insert(Func<IPciFunction, FunctionFault> fault) => _first = fault(First);

    private sealed class RealFunction(IPciFunction function) : IPciFunction
    {
        public IPciFunction Function { get; set; } = function;

        public IReadOnlyList<BarDescription> Bars => Function.Bars;

        public void ConfigRead(int offset, Span<byte> data) => Function.ConfigRead(offset, data);

        public void ConfigWrite(int offset, ReadOnlySpan<byte> data) => Function.ConfigWrite(offset, data);

        public void BarRead(int bar, ulong offset, Span<byte> data) => Function.BarRead(bar, offset, data);

        public void BarWrite(int bar, ulong offset, ReadOnlySpan<byte> data) => Function.BarWrite(bar, offset, data);

        public void Reset(ResetKind kind) => Function.Reset(kind);
    }
}
