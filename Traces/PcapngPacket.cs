namespace NicEmu.Traces;

/// <summary>One packet of a pcapng file.</summary>
/// <param name="Interface">Where it was captured.</param>
/// <param name="TimeNs">Time in nanoseconds; zero for a simple packet block, which has none.</param>
/// <param name="Direction">Sent or received, when the file tells.</param>
/// <param name="Comment">Comment; several are joined by line feeds; null for none.</param>
/// <param name="Data">The captured bytes.</param>
/// <param name="OriginalLength">Length of the packet before it was cut, in bytes.</param>
/// <param name="BlockOffset">Offset in the file of the packet's block.</param>
public sealed record PcapngPacket(
    PcapngInterface Interface,
    long TimeNs,
    PacketDirection Direction,
    string? Comment,
    ReadOnlyMemory<byte> Data,
    long OriginalLength,
    long BlockOffset);
