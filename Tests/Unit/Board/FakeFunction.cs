using NicEmu.Spec.Seams;

namespace NicEmu.Tests.Unit.Board;

/// <summary>A function that remembers the last access and answers reads with 11 22 33 ….</summary>
internal sealed class FakeFunction : IPciFunction
{
    public List<string> Accesses { get; } = [];

    public IReadOnlyList<BarDescription> Bars { get; } = [];

    public void ConfigRead(int offset, Span<byte> data)
    {
        Accesses.Add($"cr {offset:X} {data.Length}");
        Answer(data);
    }

    public void ConfigWrite(int offset, ReadOnlySpan<byte> data) => Accesses.Add($"cw {offset:X} {Convert.ToHexString(data)}");

    public void BarRead(int bar, ulong offset, Span<byte> data)
    {
        Accesses.Add($"br {bar} {offset:X} {data.Length}");
        Answer(data);
    }

    public void BarWrite(int bar, ulong offset, ReadOnlySpan<byte> data) => Accesses.Add($"bw {bar} {offset:X} {Convert.ToHexString(data)}");

    public void Reset(ResetKind kind) => Accesses.Add($"reset {kind}");

    private static void Answer(Span<byte> data)
    {
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = (byte)(0x11 * (i + 1));
        }
    }
}
