namespace NicEmu.Traces.Tls;

/// <summary>The payload of one segment.</summary>
/// <param name="Offset">Place of its first byte in the stream of its direction.</param>
/// <param name="Data">The bytes.</param>
/// <param name="Frame">Number of the packet in the file, from 1.</param>
internal sealed record StreamPiece(long Offset, ReadOnlyMemory<byte> Data, int Frame)
{
    public long End => Offset + Data.Length;
}
