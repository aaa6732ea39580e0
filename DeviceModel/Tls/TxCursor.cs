using NicEmu.DeviceModel.Crypto;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>A place in a stream of records being protected, with everything that the bytes before it determine. A plain value.</summary>
internal struct TxCursor
{
    private AeadState _aead;
    private TagBytes _tag;
    private ulong _givenHeader;
    private ulong _givenNonce;
    private bool _isGiven;

    /// <summary>Place in the current record.</summary>
    public RecordTracker Tracker;

    /// <summary>Number of the current record.</summary>
    public ulong RecordNumber;

    /// <summary>The record with the last number has ended: no other may begin (RFC 8446 §5.3, RFC 5246 §6.1).</summary>
    public bool IsExhausted;

    public TxCursor(TlsRecordLayout layout, ulong recordNumber)
    {
        Tracker = new RecordTracker(layout);
        RecordNumber = recordNumber;
    }

    /// <summary>Binds the current record to a header and explicit nonce told beforehand.</summary>
    public void Expect(ulong header, ulong explicitNonce)
    {
        _givenHeader = header;
        _givenNonce = explicitNonce;
        _isGiven = true;
    }

    /// <summary>Protects the next bytes in place: ciphertext over plaintext, the tag over its placeholder.</summary>
    /// <param name="key">Key of the context.</param>
    /// <param name="iv">IV of the context.</param>
    /// <param name="data">Framed plaintext.</param>
    /// <param name="records">Counts the records that end.</param>
    /// <returns>OK, RECORD_MALFORMED or RECORD_LIMIT; on an error cursor and bytes are of no use.</returns>
    public TxStatus Protect(AeadKey key, RecordIv iv, Span<byte> data, ref int records)
    {
        while (!data.IsEmpty)
        {
            int tagOffset = Tracker.Length == 0 ? 0 : Tracker.Offset - Tracker.TagOffset;
            TxStatus status = Step(key, iv, data, out RecordPart part, out int count);
            if (status != TxStatus.Ok)
            {
                return status;
            }

            switch (part)
            {
                case RecordPart.Body:
                    IncrementalAead.Encrypt(key, ref _aead, data[..count], data);
                    break;
                case RecordPart.Tag:
                    EndBody(key, tagOffset);
                    ((ReadOnlySpan<byte>)_tag).Slice(tagOffset, count).CopyTo(data);
                    records += EndRecord();
                    break;
            }

            data = data[count..];
        }

        return TxStatus.Ok;
    }

    /// <summary>Moves over framed plaintext without output, also over the ends of records.</summary>
    /// <returns>As <see cref="Protect"/>.</returns>
    public TxStatus Replay(AeadKey key, RecordIv iv, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            int tagOffset = Tracker.Length == 0 ? 0 : Tracker.Offset - Tracker.TagOffset;
            TxStatus status = Step(key, iv, data, out RecordPart part, out int count);
            if (status != TxStatus.Ok)
            {
                return status;
            }

            switch (part)
            {
                case RecordPart.Body:
                    IncrementalAead.EncryptDiscard(key, ref _aead, data[..count]);
                    break;
                case RecordPart.Tag:
                    EndBody(key, tagOffset);
                    EndRecord();
                    break;
            }

            data = data[count..];
        }

        return TxStatus.Ok;
    }

    private TxStatus Step(AeadKey key, RecordIv iv, ReadOnlySpan<byte> data, out RecordPart part, out int count)
    {
        part = RecordPart.Header;
        count = 0;
        if (IsExhausted)
        {
            return TxStatus.RecordLimit;
        }

        part = Tracker.Take(data, out count);
        switch (part)
        {
            case RecordPart.BadHeader:
                return TxStatus.RecordMalformed;
            case RecordPart.Header or RecordPart.Nonce:
                if (_isGiven && !MatchesGiven())
                {
                    return TxStatus.RecordMalformed;
                }

                if (Tracker.IsAtBody)
                {
                    BeginBody(key, iv);
                }

                break;
        }

        return TxStatus.Ok;
    }

    private readonly bool MatchesGiven()
    {
        const int header = TlsRecordLayout.HeaderLength;
        int headerBytes = Math.Min(Tracker.Offset, header);
        int nonceBytes = Tracker.Offset - headerBytes;
        return Tracker.Header == _givenHeader >> (8 * (header - headerBytes))
            && (nonceBytes == 0 || Tracker.ExplicitNonce == _givenNonce >> (8 * (8 - nonceBytes)));
    }

    private void BeginBody(AeadKey key, RecordIv iv)
    {
        TlsRecordLayout layout = Tracker.Layout;
        Span<byte> nonce = stackalloc byte[TlsRecordLayout.NonceLength];
        Span<byte> aad = stackalloc byte[layout.AadLength];
        RecordNonce.Write(layout, iv, RecordNumber, Tracker.ExplicitNonce, nonce);
        RecordNonce.WriteAad(layout, RecordNumber, Tracker.Header, aad);
        _aead = IncrementalAead.Begin(key, nonce, aad);
    }

    private void EndBody(AeadKey key, int tagOffset)
    {
        if (tagOffset == 0)
        {
            IncrementalAead.Finish(key, ref _aead, _tag);
        }
    }

    private int EndRecord()
    {
        if (!Tracker.IsAtEnd)
        {
            return 0;
        }

        Tracker.BeginRecord();
        _isGiven = false;
        if (RecordNumber == ulong.MaxValue)
        {
            IsExhausted = true;
        }
        else
        {
            RecordNumber++;
        }

        return 1;
    }
}
