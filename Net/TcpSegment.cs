namespace NicEmu.Net;

/// <summary>A received segment, its header and checksum already checked.</summary>
internal readonly ref struct TcpSegment(in TcpHeader header, in TcpOptions options, ReadOnlySpan<byte> payload, int mark, int frameOffset = 0)
{
    public readonly TcpHeader Header = header;
    public readonly TcpOptions Options = options;
    public readonly ReadOnlySpan<byte> Payload = payload;
    public readonly int Mark = mark;

    /// <summary>Place of the payload in the frame.</summary>
    public readonly int FrameOffset = frameOffset;

    /// <summary>SEG.LEN: data, SYN and FIN.</summary>
    public int SequenceLength => Payload.Length + (Has(TcpFlags.Syn) ? 1 : 0) + (Has(TcpFlags.Fin) ? 1 : 0);

    public bool Has(TcpFlags flag) => (Header.Flags & flag) != 0;
}
