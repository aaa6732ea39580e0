using NicEmu.Spec.Core;

namespace NicEmu.DeviceModel.Tls;

/// <summary>What became of a received packet's TCP payload.</summary>
/// <param name="Verdict">Only DECRYPTED means that the plain bytes may be used.</param>
/// <param name="Reason">Why it was not decrypted.</param>
/// <param name="RecordNumber">With DECRYPTED: number of the record of the first byte.</param>
/// <param name="RecordsCompleted">Records that ended in the packet and were authentic.</param>
/// <param name="CandidateSequence">With RESYNC_REQUEST: TCP sequence number of the candidate header's first byte.</param>
internal readonly record struct RxResult(
    RxVerdict Verdict, RxReason Reason, ulong RecordNumber = 0, int RecordsCompleted = 0, uint CandidateSequence = 0);
