using NicEmu.DeviceModel.Port;
using NicEmu.Spec.Core;

namespace NicEmu.Tests.Block.Core;

/// <summary>A delivery, kept.</summary>
internal sealed record Delivered(
    int Queue, byte[] Frame, RxFlags Flags, ushort VlanTci, uint Hash, RssHashType HashType, int L3Offset, int L4Offset, RxVerdict Verdict, RxReason Reason,
    byte RecordsCompleted, uint CandidateSequence, ulong Handle, ulong RecordNumber);
