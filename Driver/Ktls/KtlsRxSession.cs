using System.Buffers.Binary;
using NicEmu.Driver.Crypto;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Ktls;

/// <summary>The receiving direction of a kTLS connection: joins the in-order stream to records and takes the plaintext that the card left in them, or makes it.</summary>
internal sealed class KtlsRxSession : IDisposable
{
    private const byte KeyUpdate = 24;

    /// <summary>Keys of the past that the card may still have used for what waits: more updates than fit between two looks at the queue.</summary>
    private const int MaxFormerKeys = 8;

    /// <summary>Bytes of padding that are looked at together.</summary>
    private const int PaddingStep = 256;

    private readonly KtlsCounters _counters;
    private readonly RecordCipher _cipher;
    private readonly IRecordMemory _record;
    private readonly byte[] _prefix;
    private readonly List<(int End, int Mark)> _runs = [];
    private readonly List<FormerKey> _formerKeys;
    private readonly ulong _indexOffset;
    private ResyncAdvisor? _advisor;
    private uint _start;
    private int _have;
    private int _length;

    /// <summary>Begins at a record.</summary>
    /// <param name="info">Key and number of the record.</param>
    /// <param name="start">TCP sequence number of its first byte.</param>
    /// <param name="counters">Counters of the host.</param>
    /// <param name="answer">Takes what the card should be told; null for a session in software.</param>
    /// <param name="record">Where records are joined, with room for the longest; null for a buffer of the session's own.</param>
    public KtlsRxSession(TlsCryptoInfo info, uint start, KtlsCounters counters, Action<ResyncAnswer>? answer, IRecordMemory? record = null)
        : this(info, start, counters, answer, record, 0, [])
    {
    }

    private KtlsRxSession(TlsCryptoInfo info, uint start, KtlsCounters counters, Action<ResyncAnswer>? answer, IRecordMemory? record, ulong index, List<FormerKey> formerKeys)
    {
        _cipher = new(info);
        (Info, _start, _counters, RecordNumber) = (info, start, counters, info.RecordSequence);
        (_indexOffset, _formerKeys) = (index - RecordNumber, formerKeys);
        _record = record ?? new ArrayRecordMemory(TlsRecordLayout.HeaderLength + MaxLengthField);
        _prefix = new byte[Layout.PrefixLength];
        if (answer is not null) _advisor = new(counters, answer);
    }

    /// <summary>What the session began with.</summary>
    public TlsCryptoInfo Info { get; }

    /// <summary>What bytes that the card decrypted under this key are marked with; never zero.</summary>
    public int Mark { get; set; } = 1;

    /// <summary>Why the session stands still.</summary>
    public KtlsError Error { get; private set; }

    /// <summary>Number of the record that is being joined.</summary>
    public ulong RecordNumber { get; private set; }

    /// <summary>TCP sequence number of that record's first byte.</summary>
    public uint RecordStart => _start;

    /// <summary>Where the content of the record that the handler is called for lies in the memory that records are joined in.</summary>
    public (int Offset, int Length) Content { get; private set; }

    /// <summary>Whether a request of the card waits for an answer.</summary>
    public bool IsResyncPending => _advisor?.IsPending ?? false;

    private TlsRecordLayout Layout => _cipher.Layout;

    // Linux accepts the largest payload with its exact overhead; the RFCs allow more expansion, which no cipher here has.
    private int MaxLengthField => TlsRecordLayout.MaxPlaintextLength + Layout.MinLengthField;

    /// <summary>Takes bytes of the stream that follow those taken before, up to the end of the record.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="decrypted">Whether the card decrypted the packets that brought them.</param>
    /// <param name="handler">Called if the record is complete.</param>
    /// <returns>Bytes taken; 0 once <see cref="Error"/> is set.</returns>
    public int Input(ReadOnlySpan<byte> bytes, bool decrypted, RecordHandler handler) => Input(bytes, decrypted ? Mark : 0, handler);

    /// <summary>Takes bytes of the stream, see <see cref="Input(ReadOnlySpan{byte}, bool, RecordHandler)"/>.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="mark">The mark of the packets that brought them; zero when they are as on the wire.</param>
    /// <param name="handler">Called if the record is complete.</param>
    public int Input(ReadOnlySpan<byte> bytes, int mark, RecordHandler handler)
    {
        int taken = 0;
        if (Error == KtlsError.None && _have < TlsRecordLayout.HeaderLength)
        {
            taken = Take(bytes, TlsRecordLayout.HeaderLength - _have, mark);
            if (_have < TlsRecordLayout.HeaderLength) return taken;
            Error = CheckHeader();
            if (Error == KtlsError.None) _advisor?.OnHeader(_start, _length, RecordNumber);
        }

        if (Error != KtlsError.None) return taken;
        taken += Take(bytes[taken..], _length - _have, mark);
        if (_have == _length) EndRecord(handler);
        return taken;
    }

    /// <summary>The card found a packet that might hold a header.</summary>
    public void OnResyncRequest(uint candidate) => _advisor?.OnRequest(candidate, _have >= TlsRecordLayout.HeaderLength ? _start + (uint)_length : _start);

    /// <summary>Nothing more waits in order.</summary>
    public void OnDrained()
    {
        if (_have == 0) _advisor?.OnDrained(_start, RecordNumber);
        else if (_have >= TlsRecordLayout.HeaderLength) _advisor?.OnDrained(_start + (uint)_length, RecordNumber + 1);
    }

    /// <summary>There is no card any more that could be told anything. Bytes that it decrypted before are still known by their mark.</summary>
    public void Detach() => _advisor = null;

    /// <summary>The session under the key that follows, from the next record on. This one must not be used any more, nor disposed of.</summary>
    /// <param name="info">The key.</param>
    /// <param name="answer">Takes what the card should be told; null for a session in software.</param>
    public KtlsRxSession Succeed(TlsCryptoInfo info, Action<ResyncAnswer>? answer)
    {
        // A card that did not know of the update went on with the old key and its numbers.
        _formerKeys.Add(new(Mark, _cipher, _indexOffset));
        if (_formerKeys.Count > MaxFormerKeys)
        {
            _formerKeys[0].Cipher.Dispose();
            _formerKeys.RemoveAt(0);
        }

        _record.Clear();
        return new(info, _start, _counters, answer, _record, RecordNumber + _indexOffset, _formerKeys) { Mark = 0 };
    }

    public void Dispose()
    {
        _record.Clear();
        _cipher.Dispose();
        foreach (FormerKey former in _formerKeys) former.Cipher.Dispose();
    }

    private int Take(ReadOnlySpan<byte> bytes, int wanted, int mark)
    {
        int count = Math.Min(bytes.Length, wanted);
        if (count == 0) return 0;
        _record.Store(_have, bytes[..count]);
        // What cipher and parser need of it is kept beside.
        if (_have < _prefix.Length) bytes[..Math.Min(count, _prefix.Length - _have)].CopyTo(_prefix.AsSpan(_have));
        _have += count;
        if (_runs.Count > 0 && _runs[^1].Mark == mark) _runs[^1] = (_have, mark);
        else _runs.Add((_have, mark));
        return count;
    }

    private KtlsError CheckHeader()
    {
        int lengthField = BinaryPrimitives.ReadUInt16BigEndian(_prefix.AsSpan(3));
        _length = TlsRecordLayout.HeaderLength + lengthField;
        if (lengthField > MaxLengthField) return KtlsError.MessageTooLong;
        if (lengthField < Layout.MinLengthField) return KtlsError.BadMessage;
        if (BinaryPrimitives.ReadUInt16BigEndian(_prefix.AsSpan(1)) != TlsRecordLayout.HeaderVersion) return KtlsError.InvalidHeader;
        return Layout.Version == TlsVersion.Tls13 && _prefix[0] != (byte)TlsContentType.ApplicationData ? KtlsError.InvalidHeader : KtlsError.None;
    }

    private void EndRecord(RecordHandler handler)
    {
        if (!TryMakePlain())
        {
            _counters.TlsDecryptError++;
            Error = KtlsError.BadMessage;
            return;
        }

        int length = _length - Layout.PrefixLength - TlsRecordLayout.TagLength;
        var type = (TlsContentType)_prefix[0];
        if (Layout.Version == TlsVersion.Tls13 && !TryFindType(ref length, out type))
        {
            Error = KtlsError.BadMessage;
            return;
        }

        Content = (Layout.PrefixLength, length);
        ReadOnlySpan<byte> content = _record.Show(Layout.PrefixLength, length);

        _start += (uint)_length;
        (_have, _length) = (0, 0);
        _runs.Clear();
        // The peer must change its key before the number wraps; zero would be a second use.
        if (++RecordNumber == 0) Error = KtlsError.SequenceOverflow;
        if (Layout.Version == TlsVersion.Tls13 && type == TlsContentType.Handshake && length > 0 && _record.Load(Layout.PrefixLength, 1)[0] == KeyUpdate) Error = KtlsError.KeyExpired;
        handler(type, content);
    }

    /// <summary>RFC 8446 §5.4: the last byte that is not zero is the type, what follows is padding.</summary>
    private bool TryFindType(ref int length, out TlsContentType type)
    {
        // Most records have no padding: the last byte is looked at first, and alone.
        for (int part = 1; length > 0; length -= part, part = Math.Min(length, PaddingStep))
        {
            ReadOnlySpan<byte> last = _record.Load(Layout.PrefixLength + length - part, part);
            int at = last.LastIndexOfAnyExcept((byte)0);
            if (at < 0) continue;
            type = (TlsContentType)last[at];
            length -= part - at;
            return true;
        }

        type = default;
        return false;
    }

    private bool TryMakePlain()
    {
        bool byCard = Mark != 0 && _runs.Exists(run => run.Mark == Mark);
        if (byCard) _advisor?.OnDecrypted();
        else _advisor?.OnEncrypted();
        if (_runs.Count == 1 && byCard)
        {
            _counters.RxRecordsDevice++;
            return true;
        }

        if (_runs.Count == 1 && _runs[0].Mark == 0)
        {
            _counters.RxRecordsSoftware++;
        }
        else
        {
            _counters.RxRecordsMixed++;
            Reencrypt();
        }

        Span<byte> record = _record.Load(0, _length);
        if (!_cipher.TryOpen(RecordNumber, record)) return false;
        _record.Save(Layout.PrefixLength, record[Layout.PrefixLength..^TlsRecordLayout.TagLength]);
        return true;
    }

    /// <summary>Undoes the card's work in a record that it did not finish, or did under a former key, so that the whole can be verified.</summary>
    private void Reencrypt()
    {
        int from = 0;
        bool undone = false;
        foreach ((int end, int mark) in _runs)
        {
            // Header, explicit nonce and tag are the same in both forms.
            int first = Math.Max(from, Layout.PrefixLength);
            int last = Math.Min(end, _length - TlsRecordLayout.TagLength);
            from = end;
            if (mark == 0 || first >= last) continue;
            undone |= mark != Mark;
            ReadOnlySpan<byte> stream = KeystreamOf(mark);
            if (stream.IsEmpty) continue;
            Span<byte> run = _record.Load(first, last - first);
            for (int i = first; i < last; i++) run[i - first] ^= stream[i - Layout.PrefixLength];
            _record.Save(first, run);
            _counters.RxReencryptedBytes += run.Length;
        }

        if (undone) _counters.RxRecordsUndone++;
    }

    private ReadOnlySpan<byte> KeystreamOf(int mark)
    {
        if (mark == Mark) return _cipher.Keystream(RecordNumber, _prefix, _length);
        FormerKey former = _formerKeys.Find(key => key.Mark == mark);
        return former.Cipher is null ? default : former.Cipher.Keystream(RecordNumber + _indexOffset - former.IndexOffset, _prefix, _length);
    }

    /// <summary>A key that the card may have used beyond its end.</summary>
    /// <param name="Mark">What its bytes are marked with.</param>
    /// <param name="Cipher">The key.</param>
    /// <param name="IndexOffset">What a number under it and the place among all records of the stream differ by.</param>
    private readonly record struct FormerKey(int Mark, RecordCipher Cipher, ulong IndexOffset);
}
