namespace NicEmu.Net;

/// <summary>What the next segment of a connection carries; the stack turns it into headers and payload.</summary>
internal struct SegmentPlan
{
    public uint Sequence;
    public int Length;
    public TcpFlags Flags;
    public uint Acknowledgment;
    public ushort Window;
    public bool IsRetransmission;
    public int SegmentSize;
    public TcpOptions Options;
}
