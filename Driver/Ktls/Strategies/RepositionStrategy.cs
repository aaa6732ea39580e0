using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Ktls.Strategies;

/// <summary>
/// A sequence-tracked context and POSITION: a retransmission says where its record begins and leaves the card's place alone, so the way back to new
/// data costs nothing. The record's beginning is given again only when a tag is in the range, or when the card's place must move.
/// </summary>
internal sealed class RepositionStrategy(TxPath path, uint start) : ITxStrategy
{
    private bool _mustAdvance;

    public uint Expected { get; private set; } = start;

    public bool TryBeginRecord(uint sequence, ulong number) => true;

    public TxVerdict Transmit(in TxSegment segment, ITlsPoster poster)
    {
        if (segment.Sequence != Expected) path.Counters.TxTlsOoo++;
        if (!TcpSequence.IsBefore(segment.Sequence, Expected)) return TransmitFromHead(segment, poster);

        int old = Math.Min(segment.Payload.Length, TcpSequence.Distance(segment.Sequence, Expected));
        return old == segment.Payload.Length ? TransmitAgain(segment, poster) : TransmitAcrossHead(segment, old, poster);
    }

    public void OnRefused(uint sequence, int length) => _mustAdvance = true;

    /// <summary>At the place the card expects, or beyond it when segments before were lost on this side.</summary>
    private TxVerdict TransmitFromHead(in TxSegment segment, ITlsPoster poster)
    {
        if (segment.Sequence != Expected || _mustAdvance)
        {
            TxVerdict verdict = TransmitPositioned(segment, true, poster);
            if (verdict != TxVerdict.Posted) return verdict;
            _mustAdvance = false;
        }
        else
        {
            path.PostEncrypted(segment, poster);
        }

        // Only now: a segment that was not posted must not move it.
        Expected = segment.End;
        return TxVerdict.Posted;
    }

    /// <summary>Repeated bytes and new ones in one segment: they need different descriptors, so they become two frames.</summary>
    private TxVerdict TransmitAcrossHead(in TxSegment segment, int old, ITlsPoster poster)
    {
        using var pieces = new SplitSegment(segment, old);
        TxVerdict verdict = TransmitAgain(pieces.First, poster);
        // The first piece is posted in any case.
        if (verdict == TxVerdict.Posted) TransmitFromHead(pieces.Rest, poster);
        return verdict;
    }

    /// <summary>A card that refused data may stand before these bytes, and then they would pass its head: software has them until it is placed anew.</summary>
    private TxVerdict TransmitAgain(in TxSegment segment, ITlsPoster poster) =>
        _mustAdvance ? path.TransmitInSoftware(segment, poster) : TransmitPositioned(segment, false, poster);

    private TxVerdict TransmitPositioned(in TxSegment segment, bool advance, ITlsPoster poster)
    {
        if (path.Find(segment.Sequence) is not { } record) return path.Drop();

        int before = TcpSequence.Distance(record.Start, segment.Sequence);
        // A tag needs the hash over everything before it, and so does the state that later segments go on from.
        bool needsHash = advance || TcpSequence.IsAfter(segment.End, record.End - TlsRecordLayout.TagLength);
        poster.PostPosition(record.Position(path.Handle, path.Layout, advance));
        if (before > 0 && needsHash) path.PostReplay(record.Image[..before], poster);
        path.PostEncrypted(segment, poster);
        return TxVerdict.Posted;
    }
}
