using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Kernel;

/// <summary>
/// The record that a sender keeps open with MSG_MORE. Content is taken only while the record still fits into the send buffer, so that what was taken has one place in the
/// stream and one record number.
/// </summary>
internal sealed class RecordWriter
{
    /// <summary>Linux has room for 17 fragments and keeps one for the tag.</summary>
    public const int MaxFragments = 16;

    private readonly byte[] _content = new byte[TlsRecordLayout.MaxPlaintextLength];
    private int _fragments;
    private bool _isDue;

    /// <summary>Content bytes of the open record.</summary>
    public int Length { get; private set; }

    /// <summary>Whether a record is open.</summary>
    public bool IsOpen => _fragments > 0;

    /// <summary>Adds content; closes records that are full, or that the caller ends.</summary>
    /// <param name="session">The session.</param>
    /// <param name="stream">Where its records go.</param>
    /// <param name="data">Content.</param>
    /// <param name="limit">Longest content of a record.</param>
    /// <param name="more">Whether the last record stays open.</param>
    /// <returns>Bytes taken.</returns>
    public int Add(KtlsTxSession session, IStreamWriter stream, ReadOnlySpan<byte> data, int limit, bool more)
    {
        int taken = 0;
        int overhead = RecordFraming.Length(session.Layout, 0);
        // A record that could not fit even into an empty buffer would stay open for ever.
        limit = Math.Min(limit, stream.Capacity - overhead);
        while (taken < data.Length)
        {
            if (_isDue && !TryFlush(session)) return taken;
            int room = Math.Min(limit, stream.Free - overhead) - Length;
            int part = Math.Min(room, data.Length - taken);
            if (part <= 0) return taken;
            data.Slice(taken, part).CopyTo(_content.AsSpan(Length));
            Length += part;
            taken += part;
            _fragments++;
            _isDue = Length >= limit || _fragments == MaxFragments;
        }

        _isDue |= !more;
        if (_isDue) TryFlush(session);
        return taken;
    }

    /// <summary>Closes the open record, if there is one and the session takes it now.</summary>
    /// <returns>Whether no record is open any more.</returns>
    public bool TryFlush(KtlsTxSession session)
    {
        if (!IsOpen) return true;
        _isDue = true;
        if (!session.TrySendRecord(TlsContentType.ApplicationData, _content.AsSpan(0, Length))) return false;
        _content.AsSpan(0, Length).Clear();
        (Length, _fragments, _isDue) = (0, 0, false);
        return true;
    }

    /// <summary>Closes a record that could not be closed when it was due.</summary>
    public bool TryFlushDue(KtlsTxSession session) => !_isDue || TryFlush(session);

    /// <summary>Forgets the content.</summary>
    public void Clear()
    {
        _content.AsSpan().Clear();
        (Length, _fragments, _isDue) = (0, 0, false);
    }
}
