using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Ktls.Strategies;

/// <summary>
/// A positional context: the card encrypts what comes next at its place, and every other segment needs the place made anew. The record's number and start are
/// programmed, and the record is given again up to the segment. New data behind a retransmission is such a segment too, unless the way forward lies
/// within one record: then only what is missing is given (FreeBSD's mlx5 driver).
/// </summary>
internal sealed class RebuildStrategy(TxPath path, uint start) : ITxStrategy
{
    private ulong? _told;
    private bool _placeLost;

    public uint Expected { get; private set; } = start;

    public bool TryBeginRecord(uint sequence, ulong number) => true;

    public TxVerdict Transmit(in TxSegment segment, ITlsPoster poster)
    {
        if (segment.Sequence != Expected || _placeLost)
        {
            path.Counters.TxTlsOoo++;
            if (path.Find(segment.Sequence) is not { } record) return path.Drop();
            MovePlace(record, segment.Sequence, poster);
        }

        path.PostEncrypted(segment, poster);
        Expected = segment.End;
        return TxVerdict.Posted;
    }

    public void OnRefused(uint sequence, int length) => (_placeLost, _told) = (true, null);

    private void MovePlace(TxRecord record, uint sequence, ITlsPoster poster)
    {
        int before = TcpSequence.Distance(record.Start, sequence);
        uint gap = sequence - Expected;
        if (gap < (uint)before && !_placeLost)
        {
            // The place is behind the record's start and before the segment: no parameters.
            path.PostReplay(record.Image[(before - (int)gap)..before], poster);
            return;
        }

        if (_told != record.Number) poster.PostSetContext(new SetContextDescriptor { Handle = path.Handle, RecordNumber = record.Number, Version = path.Layout.Version });
        poster.PostSetProgress(new SetProgressDescriptor { Handle = path.Handle, RecordStartSequence = record.Start });
        // Without it the segment would be encrypted at the old place.
        poster.PostFence();
        if (before > 0) path.PostReplay(record.Image[..before], poster);
        (_told, _placeLost) = (record.Number, false);
    }
}
