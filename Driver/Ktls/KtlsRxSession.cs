using System.Buffers.Binary;
using System.Security.Cryptography;
using NicEmu.Driver.Crypto;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Ktls;

/// <summary>The receiving direction of a kTLS connection: joins the in-order stream to records and takes the plaintext that the card left in them, or makes it.</summary>
internal sealed class KtlsRxSession : IDisposable
{
    private const byte KeyUpdate = 24;

    private readonly KtlsCounters _counters;
    private readonly RecordCipher _cipher;
    private readonly ResyncAdvisor? _advisor;
    private readonly byte[] _record;
    private readonly List<(int End, bool Decrypted)> _runs = [];
    private uint _start;
    private int _have;
    private int _length;

    /// <summary>Begins at a record.</summary>
    /// <param name="info">Key and number of the record.</param>
    /// <param name="start">TCP sequence number of its first byte.</param>
    /// <param name="counters">Counters of the host.</param>
    /// <param name="answer">Takes what the card should be told; null for a session in software.</param>
    public KtlsRxSession(TlsCryptoInfo info, uint start, KtlsCounters counters, Action<ResyncAnswer>? answer)
    {
        _cipher = new(info);
        (_start, _counters, RecordNumber) = (start, counters, info.RecordSequence);
        _record = new byte[TlsRecordLayout.HeaderLength + MaxLengthField];
        if (answer is not null) _advisor = new(counters, answer);
    }

    /// <summary>Why the session stands still.</summary>
    public KtlsError Error { get; private set; }

    /// <summary>Number of the record that is being joined.</summary>
    public ulong RecordNumber { get; private set; }

    /// <summary>TCP sequence number of that record's first byte.</summary>
    public uint RecordStart => _start;

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
    public int Input(ReadOnlySpan<byte> bytes, bool decrypted, RecordHandler handler)
    {
        int taken = 0;
        if (Error == KtlsError.None && _have < TlsRecordLayout.HeaderLength)
        {
            taken = Take(bytes, TlsRecordLayout.HeaderLength - _have, decrypted);
            if (_have < TlsRecordLayout.HeaderLength) return taken;
            Error = CheckHeader();
            if (Error == KtlsError.None) _advisor?.OnHeader(_start, _length, RecordNumber);
        }

        if (Error != KtlsError.None) return taken;
        taken += Take(bytes[taken..], _length - _have, decrypted);
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

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_record);
        _cipher.Dispose();
    }

    private int Take(ReadOnlySpan<byte> bytes, int wanted, bool decrypted)
    {
        int count = Math.Min(bytes.Length, wanted);
        if (count == 0) return 0;
        bytes[..count].CopyTo(_record.AsSpan(_have));
        _have += count;
        if (_runs.Count > 0 && _runs[^1].Decrypted == decrypted) _runs[^1] = (_have, decrypted);
        else _runs.Add((_have, decrypted));
        return count;
    }

    private KtlsError CheckHeader()
    {
        int lengthField = BinaryPrimitives.ReadUInt16BigEndian(_record.AsSpan(3));
        _length = TlsRecordLayout.HeaderLength + lengthField;
        if (lengthField > MaxLengthField) return KtlsError.MessageTooLong;
        if (lengthField < Layout.MinLengthField) return KtlsError.BadMessage;
        if (BinaryPrimitives.ReadUInt16BigEndian(_record.AsSpan(1)) != TlsRecordLayout.HeaderVersion) return KtlsError.InvalidHeader;
        return Layout.Version == TlsVersion.Tls13 && _record[0] != (byte)TlsContentType.ApplicationData ? KtlsError.InvalidHeader : KtlsError.None;
    }

    private void EndRecord(RecordHandler handler)
    {
        Span<byte> record = _record.AsSpan(0, _length);
        if (!TryMakePlain(record))
        {
            _counters.TlsDecryptError++;
            Error = KtlsError.BadMessage;
            return;
        }

        ReadOnlySpan<byte> content = record[Layout.PrefixLength..^TlsRecordLayout.TagLength];
        var type = (TlsContentType)record[0];
        if (Layout.Version == TlsVersion.Tls13)
        {
            // RFC 8446 §5.4: the last byte that is not zero is the type, what follows is padding.
            int at = content.LastIndexOfAnyExcept((byte)0);
            if (at < 0)
            {
                Error = KtlsError.BadMessage;
                return;
            }

            type = (TlsContentType)content[at];
            content = content[..at];
        }

        _start += (uint)_length;
        (_have, _length) = (0, 0);
        _runs.Clear();
        // The peer must change its key before the number wraps; zero would be a second use.
        if (++RecordNumber == 0) Error = KtlsError.SequenceOverflow;
        if (Layout.Version == TlsVersion.Tls13 && type == TlsContentType.Handshake && content.Length > 0 && content[0] == KeyUpdate) Error = KtlsError.KeyExpired;
        handler(type, content);
    }

    private bool TryMakePlain(Span<byte> record)
    {
        if (_runs.Count > 1)
        {
            _counters.RxRecordsMixed++;
            _advisor?.OnDecrypted();
            Reencrypt(record);
        }
        else if (_runs[0].Decrypted)
        {
            _counters.RxRecordsDevice++;
            _advisor?.OnDecrypted();
            return true;
        }
        else
        {
            _counters.RxRecordsSoftware++;
            _advisor?.OnEncrypted();
        }

        return _cipher.TryOpen(RecordNumber, record);
    }

    /// <summary>Undoes the card's work in a record that it did not finish, so that the whole can be verified.</summary>
    private void Reencrypt(Span<byte> record)
    {
        ReadOnlySpan<byte> stream = _cipher.Keystream(RecordNumber, record);
        int from = 0;
        foreach ((int end, bool decrypted) in _runs)
        {
            // Header, explicit nonce and tag are the same in both forms.
            int first = Math.Max(from, Layout.PrefixLength);
            int last = Math.Min(end, record.Length - TlsRecordLayout.TagLength);
            for (int i = first; decrypted && i < last; i++) record[i] ^= stream[i - Layout.PrefixLength];
            from = end;
        }
    }
}
