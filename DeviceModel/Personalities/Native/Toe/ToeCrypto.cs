using System.Runtime.InteropServices;
using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Registers;
using NicEmu.DeviceModel.Tls;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Timing;

namespace NicEmu.DeviceModel.Personalities.Native.Toe;

/// <summary>The CRYPTO ring: seals or opens one record for each entry. Firmware names the context; key bytes stay here.</summary>
internal sealed class ToeCrypto(RegisterFile file, NicCore core, ToeCounters counters, Func<ToeState?> state, Action notify, IScheduler scheduler, string name)
    : ToeEngineRing(file, NativeMap.ToeInternal.CryptoProducer, NativeMap.ToeInternal.CryptoDone, state, notify, scheduler, name + ".crypto")
{
    private const uint TargetRoom = ToeDevice.ReceiveContent - ToeDevice.ReceiveRecord;

    /// <inheritdoc/>
    protected override long Run(ToeState state, int index)
    {
        ref CryptoEntry entry = ref MemoryMarshal.Cast<byte, CryptoEntry>(state.Crypto.AsSpan())[index];
        CryptoEntry job = entry;
        bool apart = job.Source + (ulong)job.SourceBytes <= job.Target || job.Target + (ulong)TargetRoom <= job.Source;
        if (!apart || !IsInMemory(state, job.Source, job.SourceBytes) || !IsInMemory(state, job.Target, TargetRoom))
        {
            entry = job with { Done = 1 + (uint)ToeStatus.BadParameter };
            return TimingTable.DescriptorPs;
        }

        ReadOnlySpan<byte> source = state.Memory.AsSpan((int)job.Source, (int)job.SourceBytes);
        Span<byte> target = state.Memory.AsSpan((int)job.Target, (int)TargetRoom);
        byte type = job.ContentType;
        int length;
        RecordOutcome outcome = job.Open == 0
            ? core.Records.Seal(job.Context, job.RecordNumber, type, source, target, out length)
            : core.Records.Open(job.Context, job.RecordNumber, source, target, out length, out type);
        ulong good = outcome == RecordOutcome.Ok ? 1UL : 0;
        counters.RecordsSealed += job.Open == 0 ? good : 0;
        counters.RecordsOpened += job.Open != 0 ? good : 0;
        counters.RecordErrors += 1 - good;
        counters.CardRead += job.SourceBytes;
        counters.CardWritten += (ulong)length;
        entry = job with { ContentType = type, TargetBytes = (uint)length, Done = 1 + (uint)StatusOf(outcome) };
        return TimingTable.DescriptorPs + (job.SourceBytes * TimingTable.CryptoBytePs);
    }

    private static ToeStatus StatusOf(RecordOutcome outcome) => outcome switch
    {
        RecordOutcome.Ok => ToeStatus.Ok,
        RecordOutcome.KeyStale => ToeStatus.KeyStale,
        RecordOutcome.BadTag => ToeStatus.BadTag,
        _ => ToeStatus.BadRecord,
    };
}
