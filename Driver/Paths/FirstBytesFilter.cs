using NicEmu.Driver.Nic;

namespace NicEmu.Driver.Paths;

/// <summary>Looks at the first bytes of what enters a socket, once.</summary>
public sealed class FirstBytesFilter : ISocketFilter
{
    private const int Wanted = 64;

    private byte[]? _seen;

    /// <summary>What it saw: up to 64 bytes; nothing before the first call.</summary>
    public ReadOnlyMemory<byte> Seen => _seen;

    /// <inheritdoc/>
    public void OnSend(ReadOnlySpan<DmaPiece> pieces, IDmaReader memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        if (_seen is not null || pieces.IsEmpty) return;
        _seen = new byte[Math.Min(Wanted, pieces[0].Length)];
        memory.Read(pieces[0].Address, _seen);
    }
}
