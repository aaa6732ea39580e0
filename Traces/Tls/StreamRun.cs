namespace NicEmu.Traces.Tls;

/// <summary>Bytes of a stream without a hole.</summary>
/// <param name="Offset">Place of the first byte.</param>
/// <param name="Data">The bytes.</param>
internal sealed record StreamRun(long Offset, byte[] Data)
{
    public long End => Offset + Data.Length;
}
