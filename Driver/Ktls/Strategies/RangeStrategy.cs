using System.Buffers;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Ktls.Strategies;

/// <summary>
/// A context that keeps no place: each request names one record and a range of it. A request that ends before the tag begins at the cipher block of its
/// first byte; one that ends with the record brings the record whole, because the tag covers it. No request sends a part of a tag: such bytes are
/// encrypted by software.
/// </summary>
internal sealed class RangeStrategy(TxPath path, uint start) : ITxStrategy
{
    private const int Block = 16;

    public uint Expected { get; private set; } = start;

    public bool TryBeginRecord(uint sequence, ulong number) => true;

    public TxVerdict Transmit(in TxSegment segment, ITlsPoster poster)
    {
        if (!TryMeasure(segment, poster, out int descriptors, out int bytes)) return path.Drop();

        TxVerdict verdict = poster.HasSpace(descriptors, bytes) ? TransmitInPieces(segment, poster) : path.TransmitInSoftware(segment, poster);
        if (verdict == TxVerdict.Posted && TcpSequence.IsAfter(segment.End, Expected)) Expected = segment.End;
        return verdict;
    }

    /// <summary>Nothing is kept, so nothing is lost.</summary>
    public void OnRefused(uint sequence, int length)
    {
    }

    /// <summary>What a segment would take in the ring. False if a record of it is not known.</summary>
    private bool TryMeasure(in TxSegment segment, ITlsPoster poster, out int descriptors, out int bytes)
    {
        (descriptors, bytes) = (0, 0);
        for (int at = 0; at < segment.Payload.Length;)
        {
            if (Next(segment, at) is not { } piece) return false;
            int payload = piece.InSoftware ? piece.Length : piece.Window.Length;
            descriptors += piece.InSoftware ? poster.DescriptorsFor(payload)
                : poster.DescriptorsFor(payload, piece.Record.Image.Slice(piece.Window.Offset, payload).PieceCount) + 1;
            bytes += segment.Headers.Length + payload;
            at += piece.Length;
        }

        return true;
    }

    private TxVerdict TransmitInPieces(in TxSegment segment, ITlsPoster poster)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(segment.Headers.Length);
        Span<byte> headers = rented.AsSpan(0, segment.Headers.Length);
        for (int at = 0; at < segment.Payload.Length;)
        {
            Piece piece = Next(segment, at)!.Value;
            segment.Headers.CopyTo(headers);
            TcpHeaderPatch.MakePiece(headers, at, piece.Length, at + piece.Length == segment.Payload.Length);
            if (piece.InSoftware)
            {
                path.TransmitInSoftware(new() { Headers = headers, Payload = segment.Payload.Slice(at, piece.Length), Sequence = segment.Sequence + (uint)at, Mss = segment.Mss }, poster);
            }
            else
            {
                path.PostRange(piece.Record, piece.Window, headers, segment.Mss, poster);
            }

            at += piece.Length;
        }

        ArrayPool<byte>.Shared.Return(rented);
        return TxVerdict.Posted;
    }

    /// <summary>The longest piece at an offset of a segment that one request can send, or that none can.</summary>
    private Piece? Next(in TxSegment segment, int at)
    {
        uint sequence = segment.Sequence + (uint)at;
        if (path.Find(sequence) is not { } record) return null;
        int from = TcpSequence.Distance(record.Start, sequence);
        int end = Math.Min(from + segment.Payload.Length - at, record.Image.Length);
        if (end == record.Image.Length && from <= record.TagOffset) return new(record, end - from, new(0, end, from));
        if (from >= record.TagOffset) return new(record, end - from, default);

        // What it may have of the tag is a piece of its own.
        end = Math.Min(end, record.TagOffset);
        int prefix = path.Layout.PrefixLength;
        int first = from < prefix ? 0 : prefix + ((from - prefix) & ~(Block - 1));
        return new(record, end - from, new(first, end - first, from - first));
    }

    /// <param name="Record">The record.</param>
    /// <param name="Length">Bytes that are sent.</param>
    /// <param name="Window">The request; empty when software must do it.</param>
    private readonly record struct Piece(TxRecord Record, int Length, RangeWindow Window)
    {
        public bool InSoftware => Window.Length == 0;
    }
}
