using System.Runtime.CompilerServices;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>Which transmit descriptors keep their format. Every rule of the manual about reserved bits, counts and lengths stands here.</summary>
internal static class TxFormat
{
    /// <summary>Greatest length of a segment in bytes.</summary>
    public const uint MaxSegment = 65535;

    /// <summary>Greatest length of one REPLAY in bytes, as CAP_REPLAY says.</summary>
    public const uint MaxReplay = 32768;

    private const TxOffloads AllOffloads = TxOffloads.Ipv4Checksum | TxOffloads.L4Checksum | TxOffloads.Segmentation | TxOffloads.VlanInsert | TxOffloads.Tls;
    private const TxOffloads WithHeaderLength = TxOffloads.Segmentation | TxOffloads.Tls;
    private const ulong SnapshotAlignment = 64;

    /// <summary>Whether a DATA descriptor may begin a chain.</summary>
    /// <param name="d">The descriptor.</param>
    public static bool IsFirst(in DataDescriptor d)
    {
        bool hasHeaderLength = (d.Offloads & WithHeaderLength) != 0;
        return IsData(d, TxFlags.Complete | TxFlags.More | TxFlags.Fence)
            && (d.Offloads & ~AllOffloads) == 0
            && ((d.Offloads & TxOffloads.Segmentation) != 0 ? d.Mss is >= 1 and <= NativeDevice.MaxMtu : d.Mss == 0)
            && d.HeaderLength != 0 == hasHeaderLength
            && (d.VlanTci == 0 || (d.Offloads & TxOffloads.VlanInsert) != 0)
            && (d.Handle == 0 || (d.Offloads & TxOffloads.Tls) != 0);
    }

    /// <summary>Whether a DATA descriptor may go on with a chain.</summary>
    /// <param name="d">The descriptor.</param>
    public static bool IsContinuation(in DataDescriptor d) =>
        IsData(d, TxFlags.Complete | TxFlags.More) && d.Offloads == TxOffloads.None && d.Mss == 0 && d.HeaderLength == 0 && d.VlanTci == 0 && d.Handle == 0;

    /// <summary>Whether a POSITION descriptor keeps its format.</summary>
    /// <param name="d">The descriptor.</param>
    public static bool IsWellFormed(in PositionDescriptor d) =>
        (d.Flags & ~(TxFlags.Complete | TxFlags.Advance)) == 0 && (d.Reserved3 | d.Reserved40 | d.Reserved48 | d.Reserved56) == 0;

    /// <summary>Whether a REPLAY descriptor keeps its format.</summary>
    /// <param name="d">The descriptor.</param>
    public static bool IsWellFormed(in ReplayDescriptor d) =>
        (d.Flags & ~TxFlags.Complete) == 0
        && (d.Reserved3 | d.Reserved16 | d.Reserved24 | d.Reserved44 | d.Reserved60) == 0
        && AreSegments(d.SegmentCount, d.Length0, d.Address1, d.Length1)
        && d.Length0 + d.Length1 <= MaxReplay;

    /// <summary>Whether a SET_CONTEXT descriptor keeps its format.</summary>
    /// <param name="d">The descriptor.</param>
    public static bool IsWellFormed(in SetContextDescriptor d) =>
        (d.Flags & ~(TxFlags.Complete | TxFlags.Fence)) == 0
        && ((uint)(d.Reserved2 | d.Reserved26) | d.Reserved28 | d.Reserved32 | d.Reserved40 | d.Reserved48 | d.Reserved56) == 0;

    /// <summary>Whether a SET_PROGRESS descriptor keeps its format.</summary>
    /// <param name="d">The descriptor.</param>
    public static bool IsWellFormed(in SetProgressDescriptor d) =>
        (d.Flags & ~(TxFlags.Complete | TxFlags.Fence)) == 0
        && (d.Reserved2 | d.Reserved20 | d.Reserved24 | d.Reserved32 | d.Reserved40 | d.Reserved48 | d.Reserved56) == 0;

    /// <summary>Whether a RANGE descriptor keeps its format.</summary>
    /// <param name="d">The descriptor.</param>
    public static bool IsWellFormed(in RangeDescriptor d) =>
        (d.Flags & ~TxFlags.Complete) == 0 && (d.Reserved3 | d.Reserved48 | d.Reserved56) == 0;

    /// <summary>Whether a QUERY descriptor keeps its format.</summary>
    /// <param name="d">The descriptor.</param>
    public static bool IsWellFormed(in QueryDescriptor d) =>
        (d.Flags & ~TxFlags.Complete) == 0
        && (d.Reserved2 | d.Reserved16 | d.Reserved24 | d.Reserved40 | d.Reserved48 | d.Reserved56) == 0
        && d.Address % SnapshotAlignment == 0;

    /// <summary>Whether a RESYNC_ANSWER descriptor keeps its format.</summary>
    /// <param name="d">The descriptor.</param>
    public static bool IsWellFormed(in ResyncAnswerDescriptor d) =>
        (d.Flags & ~TxFlags.Complete) == 0
        && (d.Reserved3 | d.Reserved20 | d.Reserved32 | d.Reserved40 | d.Reserved48 | d.Reserved56) == 0
        && d.Kind <= ResyncAnswerKind.NextRecordHint
        && (d.Kind != ResyncAnswerKind.Refuse || d.RecordNumber == 0);

    /// <summary>Whether a FENCE or NOP descriptor keeps its format.</summary>
    /// <param name="d">The descriptor.</param>
    public static bool IsWellFormed(in FenceDescriptor d) =>
        (d.Flags & ~(d.Opcode == TxOpcode.Nop ? TxFlags.Complete | TxFlags.Fence : TxFlags.Complete)) == 0
        && (d.Reserved2 | d.Reserved8 | d.Reserved16 | d.Reserved24 | d.Reserved32 | d.Reserved40 | d.Reserved48 | d.Reserved56) == 0;

    /// <summary>The TLS context that a descriptor names; zero for none. All descriptors have their handle at the same place.</summary>
    /// <param name="d">The descriptor.</param>
    public static ulong ContextOf(in DataDescriptor d) => d.Opcode switch
    {
        TxOpcode.Data => (d.Offloads & TxOffloads.Tls) != 0 ? d.Handle : 0,
        TxOpcode.SetContext or TxOpcode.SetProgress or TxOpcode.Position or TxOpcode.Replay or TxOpcode.Range or TxOpcode.Query or TxOpcode.ResyncAnswer => d.Handle,
        _ => 0,
    };

    /// <summary>Looks at the 64 bytes as another descriptor.</summary>
    /// <typeparam name="T">Layout of the descriptor.</typeparam>
    /// <param name="d">The descriptor.</param>
    public static T As<T>(in DataDescriptor d)
        where T : unmanaged => Unsafe.BitCast<DataDescriptor, T>(d);

    private static bool IsData(in DataDescriptor d, TxFlags allowed) =>
        (d.Flags & ~allowed) == 0
        && (d.Reserved22 | d.Reserved24 | d.Reserved44 | d.Reserved60) == 0
        && AreSegments(d.SegmentCount, d.Length0, d.Address1, d.Length1);

    private static bool AreSegments(byte count, uint length0, ulong address1, uint length1) =>
        length0 is >= 1 and <= MaxSegment
        && (count == 2 ? length1 is >= 1 and <= MaxSegment : count == 1 && address1 == 0 && length1 == 0);
}
