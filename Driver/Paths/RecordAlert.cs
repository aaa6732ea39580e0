using NicEmu.Driver.Memory;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Paths;

/// <summary>The close_notify at the end of a stream that the kernel seals.</summary>
/// <param name="records">Gets it.</param>
/// <param name="meter">Counts the call and the two bytes.</param>
internal sealed class RecordAlert(RecordQueue records, MemoryMeter meter)
{
    private static ReadOnlySpan<byte> CloseNotify => [1, 0];

    /// <summary>Whether it has its place.</summary>
    public bool IsSent { get; private set; }

    /// <summary>Sends it, once, if there is room.</summary>
    public void TrySend()
    {
        if (IsSent || records.TryAdd(TlsContentType.Alert, CloseNotify.Length) is not { } record) return;
        IsSent = true;
        meter.Count(MemoryEvent.Syscalls);
        DmaPiece[] body = record.Body;
        ReadOnlySpan<byte> rest = CloseNotify;
        foreach (DmaPiece piece in body)
        {
            meter.Write(piece.Address, rest[..piece.Length], StoreKind.Ordinary);
            rest = rest[piece.Length..];
        }

        records.OnLoaded(record, body);
    }
}
