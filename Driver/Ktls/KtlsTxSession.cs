using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Ktls;

/// <summary>The sending direction of a kTLS connection: cuts data into records, and tells the card what each TCP segment needs.</summary>
internal sealed class KtlsTxSession : IDisposable
{
    /// <summary>A card that refuses this often is not asked again.</summary>
    private const int MaxFailures = 64;

    private readonly IStreamWriter _stream;
    private readonly KtlsCounters _counters;
    private readonly RecordCipher _cipher;
    private readonly TxRecordList _records = new();
    private readonly ulong _nonceOffset;
    private readonly uint _start;
    private byte[] _sealed = [];
    private ulong _sealedNumber;
    private bool _sealedValid;
    private uint _expected;
    private bool _mustAdvance;
    private bool _exhausted;
    private int _failures;

    /// <summary>Begins at the next byte that is written.</summary>
    /// <param name="info">Key and place.</param>
    /// <param name="stream">Where records go.</param>
    /// <param name="handle">Transmit context; 0 for a session in software.</param>
    /// <param name="counters">Counters of the host.</param>
    public KtlsTxSession(TlsCryptoInfo info, IStreamWriter stream, ulong handle, KtlsCounters counters)
    {
        (_stream, _counters, Handle) = (stream, counters, handle);
        _cipher = new(info);
        NextRecord = info.RecordSequence;
        if (info.Layout.ExplicitNonceLength > 0)
        {
            _nonceOffset = BinaryPrimitives.ReadUInt64BigEndian(info.Iv.Span[4..]) - info.RecordSequence;
        }

        _start = _expected = stream.Sequence;
    }

    /// <summary>Transmit context, or 0.</summary>
    public ulong Handle { get; }

    public bool InDevice => Handle != 0;

    /// <summary>The context is not used any more: segments are encrypted here.</summary>
    public bool Degraded { get; private set; }

    public KtlsError Error => _exhausted ? KtlsError.SequenceOverflow : KtlsError.None;

    /// <summary>Number of the next record.</summary>
    public ulong NextRecord { get; private set; }

    /// <summary>TCP sequence number at which the card expects the next segment.</summary>
    public uint Expected => _expected;

    public int RecordsHeld => _records.Count;

    private TlsRecordLayout Layout => _cipher.Layout;

    /// <summary>Cuts data into records and writes those that fit whole, so that where records end does not depend on time.</summary>
    /// <returns>Bytes taken.</returns>
    public int Send(TlsContentType type, ReadOnlySpan<byte> data, int maxPayload)
    {
        int taken = 0;
        maxPayload = Math.Min(maxPayload, _stream.Capacity - RecordFraming.Length(Layout, 0));
        while (taken < data.Length && maxPayload > 0 && !_exhausted)
        {
            ReadOnlySpan<byte> payload = data.Slice(taken, Math.Min(maxPayload, data.Length - taken));
            int length = RecordFraming.Length(Layout, payload.Length);
            if (length > _stream.Free) break;
            TxRecord record = TxRecord.Rent(NextRecord, _stream.Sequence, length);
            RecordFraming.Write(Layout, type, NextRecord + _nonceOffset, payload, record.Writable);
            if (InDevice)
            {
                _stream.Write(record.Image);
                _records.Add(record);
            }
            else
            {
                _cipher.Seal(NextRecord, record.Writable);
                _stream.Write(record.Image);
                record.Return();
            }

            // RFC 8446 §5.3, RFC 5246 §6.1: the number must not wrap.
            _exhausted = ++NextRecord == 0;
            taken += payload.Length;
        }

        return taken;
    }

    public void OnAcknowledged(uint unacknowledged) => _records.ReleaseUpTo(unacknowledged);

    /// <summary>Decides about a segment and posts what it needs.</summary>
    public TxVerdict Transmit(in TxSegment segment, ITlsPoster poster)
    {
        if (!InDevice || segment.Payload.IsEmpty) return TxVerdict.SendAsIs;
        uint end = segment.Sequence + (uint)segment.Payload.Length;
        if (!TcpSequence.IsAfter(end, _start))
        {
            _counters.TxTlsSkipNoSyncData++;
            return TxVerdict.SendAsIs;
        }

        if (TcpSequence.IsBefore(segment.Sequence, _start))
        {
            _counters.TxTlsDropBypassReq++;
            return TxVerdict.Drop;
        }

        if (Degraded) return TransmitInSoftware(segment, poster);
        if (segment.Sequence != _expected) _counters.TxTlsOoo++;
        if (!TcpSequence.IsBefore(segment.Sequence, _expected)) return TransmitFromHead(segment, end, poster);

        int old = Math.Min(segment.Payload.Length, TcpSequence.Distance(segment.Sequence, _expected));
        if (old == segment.Payload.Length) return TransmitPositioned(segment, false, poster);
        return TransmitAcrossHead(segment, old, end, poster);
    }

    /// <summary>Encrypts a segment that the card refused.</summary>
    /// <param name="failure">The refusal.</param>
    /// <param name="payload">Receives the payload as it goes on the wire; as long as the posted one.</param>
    /// <returns>Whether the segment should be sent again, as it is now.</returns>
    public bool OnFailure(in TxFailure failure, Span<byte> payload)
    {
        _counters.TxTlsErrors++;
        _mustAdvance = true;
        bool contextLost = failure.Status is TxStatus.ContextInvalid or TxStatus.KeyStale or TxStatus.RecordLimit or TxStatus.WrongQueue or TxStatus.ModeMismatch or TxStatus.Unsupported;
        Degraded |= contextLost || ++_failures >= MaxFailures;
        bool worthwhile = failure.Status is not (TxStatus.Flushed or TxStatus.LinkDown or TxStatus.TooLong or TxStatus.HeadersMalformed or TxStatus.DescriptorMalformed);
        if (failure.Opcode != TxOpcode.Data || !worthwhile) return false;
        failure.Frame[failure.HeaderLength..].CopyTo(payload);
        if (!TryEncryptRange(TcpHeaderPatch.Sequence(failure.Frame), payload)) return false;
        _counters.TxTlsFallback++;
        return true;
    }

    public void Dispose()
    {
        _records.Clear();
        _cipher.Dispose();
        CryptographicOperations.ZeroMemory(_sealed);
    }

    /// <summary>At the place the card expects, or beyond it when segments before were lost on this side.</summary>
    private TxVerdict TransmitFromHead(in TxSegment segment, uint end, ITlsPoster poster)
    {
        if (segment.Sequence != _expected || _mustAdvance)
        {
            TxVerdict verdict = TransmitPositioned(segment, true, poster);
            if (verdict != TxVerdict.Posted) return verdict;
            _mustAdvance = false;
        }
        else
        {
            PostEncrypted(segment, poster);
        }

        // Only now: a segment that was not posted must not move it.
        _expected = end;
        return TxVerdict.Posted;
    }

    /// <summary>Repeated bytes and new ones in one segment: they need different descriptors, so they become two frames.</summary>
    private TxVerdict TransmitAcrossHead(in TxSegment segment, int old, uint end, ITlsPoster poster)
    {
        byte[] headers = ArrayPool<byte>.Shared.Rent(segment.Headers.Length);
        Span<byte> first = headers.AsSpan(0, segment.Headers.Length);
        segment.Headers.CopyTo(first);
        TcpHeaderPatch.MakeFirst(first, old);
        TxVerdict verdict = TransmitPositioned(Piece(first, segment.Payload[..old], segment.Sequence, segment.Mss), false, poster);
        if (verdict == TxVerdict.Posted)
        {
            segment.Headers.CopyTo(first);
            TcpHeaderPatch.MakeRest(first, old, segment.Payload.Length - old);
            verdict = TransmitFromHead(Piece(first, segment.Payload[old..], _expected, segment.Mss), end, poster);
            // The first piece is posted in any case.
            if (verdict == TxVerdict.Drop) verdict = TxVerdict.Posted;
        }

        ArrayPool<byte>.Shared.Return(headers);
        return verdict;
    }

    private TxVerdict TransmitPositioned(in TxSegment segment, bool advance, ITlsPoster poster)
    {
        int index = _records.Find(segment.Sequence);
        if (index < 0)
        {
            _counters.TxTlsDropNoSyncData++;
            return TxVerdict.Drop;
        }

        TxRecord record = _records[index];
        uint end = segment.Sequence + (uint)segment.Payload.Length;
        int before = TcpSequence.Distance(record.Start, segment.Sequence);
        // A tag needs the hash over everything before it, and so does the state that later segments go on from.
        bool needsHash = advance || TcpSequence.IsAfter(end, record.End - TlsRecordLayout.TagLength);
        poster.PostPosition(record.Position(Handle, Layout, advance));
        if (before > 0 && needsHash)
        {
            poster.PostReplay(Handle, record.Image[..before]);
            _counters.TxTlsReplayBytes += before;
        }

        PostEncrypted(segment, poster);
        return TxVerdict.Posted;
    }

    private void PostEncrypted(in TxSegment segment, ITlsPoster poster)
    {
        bool cut = segment.Mss > 0 && segment.Payload.Length > segment.Mss;
        poster.PostData(new TxFrame
        {
            Headers = segment.Headers,
            Payload = segment.Payload,
            Offloads = TxOffloads.Tls | (cut ? TxOffloads.Segmentation : TxOffloads.None),
            Mss = cut ? (ushort)segment.Mss : (ushort)0,
            Handle = Handle,
        });
        _counters.TxTlsEncryptedPackets += cut ? (segment.Payload.Length + segment.Mss - 1) / segment.Mss : 1;
        _counters.TxTlsEncryptedBytes += segment.Payload.Length;
    }

    private TxVerdict TransmitInSoftware(in TxSegment segment, ITlsPoster poster)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(segment.Payload.Length);
        Span<byte> payload = rented.AsSpan(0, segment.Payload.Length);
        segment.Payload.CopyTo(payload);
        bool known = TryEncryptRange(segment.Sequence, payload);
        if (known)
        {
            bool cut = segment.Mss > 0 && payload.Length > segment.Mss;
            poster.PostData(new TxFrame
            {
                Headers = segment.Headers,
                Payload = payload,
                Offloads = TcpHeaderPatch.Checksums(segment.Headers) | (cut ? TxOffloads.Segmentation : TxOffloads.None),
                Mss = cut ? (ushort)segment.Mss : (ushort)0,
            });
            _counters.TxTlsFallback++;
        }
        else
        {
            _counters.TxTlsDropNoSyncData++;
        }

        ArrayPool<byte>.Shared.Return(rented);
        return known ? TxVerdict.Posted : TxVerdict.Drop;
    }

    /// <summary>Replaces a range of the stream by what belongs on the wire. False, with the range undefined, if a record of it is not known.</summary>
    private bool TryEncryptRange(uint sequence, Span<byte> payload)
    {
        while (payload.Length > 0)
        {
            int index = _records.Find(sequence);
            if (index < 0) return false;
            TxRecord record = _records[index];
            int offset = TcpSequence.Distance(record.Start, sequence);
            int length = Math.Min(payload.Length, record.Image.Length - offset);
            Sealed(record).Slice(offset, length).CopyTo(payload);
            sequence += (uint)length;
            payload = payload[length..];
        }

        return true;
    }

    private ReadOnlySpan<byte> Sealed(TxRecord record)
    {
        if (!_sealedValid || _sealedNumber != record.Number)
        {
            if (_sealed.Length < record.Image.Length) _sealed = new byte[record.Image.Length];
            record.Image.CopyTo(_sealed);
            _cipher.Seal(record.Number, _sealed.AsSpan(0, record.Image.Length));
            (_sealedNumber, _sealedValid) = (record.Number, true);
        }

        return _sealed.AsSpan(0, record.Image.Length);
    }

    private static TxSegment Piece(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload, uint sequence, int mss) =>
        new() { Headers = headers, Payload = payload, Sequence = sequence, Mss = mss };
}
