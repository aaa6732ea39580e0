using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Paths;

/// <summary>
/// The records of a socket that refer to memory which may change. Each transmission takes what the memory holds then; a record that was sent before its memory changed, and is sent again
/// after, uses its nonce for two plaintexts, which is reported.
/// </summary>
internal sealed class SentVersions(KtlsCounters counters, Action<NonceReuse> reused)
{
    private readonly List<Reference> _references = [];

    /// <summary>Whether any record refers to such memory.</summary>
    public bool Any => _references.Count > 0;

    public void Add(ulong number, uint start, uint end, ReadOnlySpan<DmaPiece> pieces, IPieceVersions versions) =>
        _references.Add(new(number, start, end, pieces.ToArray(), versions));

    /// <summary>Forgets records that are acknowledged to their last byte.</summary>
    public void OnAcknowledged(uint unacknowledged)
    {
        int count = 0;
        while (count < _references.Count && !TcpSequence.IsAfter(_references[count].End, unacknowledged)) count++;
        _references.RemoveRange(0, count);
    }

    /// <summary>A range is about to be sent.</summary>
    /// <returns>Whether memory of it has changed since it was sent last.</returns>
    public bool OnTransmit(uint sequence, int length)
    {
        bool any = false;
        foreach (Reference reference in _references)
        {
            if (!TcpSequence.IsAfter(sequence + (uint)length, reference.Start) || !TcpSequence.IsBefore(sequence, reference.End) || !reference.Note()) continue;
            any = true;
            counters.TxTlsNonceReuse++;
            reused(new(reference.Number, reference.Start, (int)(reference.End - reference.Start)));
        }

        return any;
    }

    private sealed class Reference(ulong number, uint start, uint end, DmaPiece[] pieces, IPieceVersions versions)
    {
        private readonly uint[] _sent = new uint[pieces.Length];
        private bool _isSent;

        public ulong Number => number;

        public uint Start => start;

        public uint End => end;

        /// <summary>Notes the versions that are sent; true when others were sent before.</summary>
        public bool Note()
        {
            bool changed = false;
            for (int i = 0; i < pieces.Length; i++)
            {
                uint now = versions.VersionOf(pieces[i]);
                changed |= _isSent && now != _sent[i];
                _sent[i] = now;
            }

            _isSent = true;
            return changed;
        }
    }
}
