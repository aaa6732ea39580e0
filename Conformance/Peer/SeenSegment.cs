using NicEmu.Net;

namespace NicEmu.Conformance.Peer;

/// <summary>A TCP segment that the machine sent.</summary>
/// <param name="Index">Number of the frame on the wire.</param>
/// <param name="Frame">The frame.</param>
/// <param name="Header">Its TCP header.</param>
/// <param name="Payload">Its TCP payload.</param>
/// <param name="IsLost">Whether the network lost it: then the peer knows nothing of it.</param>
public sealed record SeenSegment(int Index, byte[] Frame, TcpHeader Header, byte[] Payload, bool IsLost)
{
    /// <summary>TCP sequence number of the first payload byte.</summary>
    public uint Sequence => Header.Sequence;

    /// <summary>TCP sequence number after the last payload byte.</summary>
    public uint End => Header.Sequence + (uint)Payload.Length;
}
