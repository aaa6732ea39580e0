using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Kernel;

/// <summary>
/// The records of a socket that refer to pages of files instead of holding a copy (TLS_TX_ZEROCOPY_RO). Before each transmission they take what the pages hold then; a record
/// that was sent before and has another content now uses its nonce for two plaintexts, which is reported.
/// </summary>
internal sealed class PageReferences(KtlsCounters counters, Action<NonceReuse> reused)
{
    private readonly List<Reference> _references = [];
    private byte[] _now = [];

    /// <summary>Whether any record refers to a file.</summary>
    public bool Any => _references.Count > 0;

    /// <summary>Remembers that a record's content is a part of a file.</summary>
    /// <param name="record">The record, just written.</param>
    /// <param name="file">The file.</param>
    /// <param name="offset">Place of the content in the file.</param>
    /// <param name="length">Bytes of content.</param>
    public void Add(TxRecord record, PageCacheFile file, int offset, int length) => _references.Add(new(record.Number, record.Start, record.End, file, offset, length));

    /// <summary>Forgets records that are acknowledged to their last byte.</summary>
    public void OnAcknowledged(uint unacknowledged)
    {
        int count = 0;
        while (count < _references.Count && !TcpSequence.IsAfter(_references[count].End, unacknowledged)) count++;
        _references.RemoveRange(0, count);
    }

    /// <summary>Brings the records of a range up to date with their files.</summary>
    /// <param name="session">The session that holds the records.</param>
    /// <param name="sequence">TCP sequence number of the range.</param>
    /// <param name="length">Bytes of the range.</param>
    /// <returns>Whether the range holds bytes of such a record.</returns>
    public bool Refresh(KtlsTxSession session, uint sequence, int length)
    {
        bool any = false;
        foreach (Reference reference in _references)
        {
            if (!TcpSequence.IsAfter(sequence + (uint)length, reference.Start) || !TcpSequence.IsBefore(sequence, reference.End)) continue;
            any = true;
            if (_now.Length < reference.Length) _now = new byte[TlsRecordLayout.MaxPlaintextLength];
            Span<byte> now = _now.AsSpan(0, reference.Length);
            reference.File.Read(reference.Offset, now);
            bool changed = session.ReplaceContent(reference.Start, now);
            if (changed && reference.IsSent)
            {
                counters.TxTlsNonceReuse++;
                reused(new(reference.Number, reference.Start, (int)(reference.End - reference.Start)));
            }

            reference.IsSent = true;
        }

        return any;
    }

    private sealed class Reference(ulong number, uint start, uint end, PageCacheFile file, int offset, int length)
    {
        public ulong Number => number;

        public uint Start => start;

        public uint End => end;

        public PageCacheFile File => file;

        public int Offset => offset;

        public int Length => length;

        public bool IsSent { get; set; }
    }
}
