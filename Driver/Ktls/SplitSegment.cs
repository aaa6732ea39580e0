using System.Buffers;

namespace NicEmu.Driver.Ktls;

/// <summary>A segment made two, with headers for each.</summary>
internal readonly ref struct SplitSegment
{
    private readonly byte[] _headers;

    /// <summary>Cuts.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="first">Payload bytes of the first piece; both pieces have some.</param>
    public SplitSegment(in TxSegment segment, int first)
    {
        int length = segment.Headers.Length;
        _headers = ArrayPool<byte>.Shared.Rent(2 * length);
        Span<byte> early = _headers.AsSpan(0, length);
        Span<byte> late = _headers.AsSpan(length, length);
        segment.Headers.CopyTo(early);
        segment.Headers.CopyTo(late);
        TcpHeaderPatch.MakePiece(early, 0, first, false);
        TcpHeaderPatch.MakePiece(late, first, segment.Payload.Length - first, true);
        First = new() { Headers = early, Payload = segment.Payload[..first], Sequence = segment.Sequence, Mss = segment.Mss };
        Rest = new() { Headers = late, Payload = segment.Payload[first..], Sequence = segment.Sequence + (uint)first, Mss = segment.Mss };
    }

    public TxSegment First { get; }

    public TxSegment Rest { get; }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_headers);
}
