namespace NicEmu.Traces.Tls;

/// <summary>A record as its header delimits it.</summary>
/// <param name="Offset">Place of its header in the stream.</param>
/// <param name="Header">Its five header bytes.</param>
/// <param name="Bytes">The whole record; null when bytes are missing in the capture.</param>
/// <param name="Missing">Number of bytes missing.</param>
/// <param name="Frames">Packets that brought its bytes first, or again.</param>
/// <param name="DoneInFrame">Packet after which it was complete.</param>
internal sealed record RecordCut(long Offset, byte[] Header, ReadOnlyMemory<byte>? Bytes, int Missing, IReadOnlyList<int> Frames, int DoneInFrame)
{
    public byte Type => Header[0];

    public int Length => 5 + ((Header[3] << 8) | Header[4]);
}
