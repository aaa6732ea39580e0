using System.Buffers.Binary;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls.Strategies;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Ktls;

/// <summary>The sending direction of a kTLS connection: cuts data into records, and has a strategy tell the card what each TCP segment needs.</summary>
internal sealed class KtlsTxSession : IDisposable
{
    /// <summary>A card that refuses this often is not asked again.</summary>
    private const int MaxFailures = 64;

    private readonly IStreamWriter _stream;
    private readonly RecordCipher _cipher;
    private readonly TxSessionOptions _options;
    private readonly TxPath _path;
    private readonly ITxStrategy _strategy;
    private readonly RetransmitMeter _meter;
    private readonly ulong _nonceOffset;
    private readonly uint _start;
    private bool _startPassed;
    private bool _exhausted;
    private int _failures;

    /// <summary>Begins at the next byte that is written.</summary>
    /// <param name="info">Key and place.</param>
    /// <param name="stream">Where records go.</param>
    /// <param name="handle">Transmit context in the mode of the strategy; 0 for a session in software.</param>
    /// <param name="counters">Counters of the host.</param>
    /// <param name="options">How the context is used; null for reposition without a limit.</param>
    public KtlsTxSession(TlsCryptoInfo info, IStreamWriter stream, ulong handle, KtlsCounters counters, TxSessionOptions? options = null)
    {
        (_stream, _options, _cipher) = (stream, options ?? new(), new(info));
        NextRecord = info.RecordSequence;
        if (info.Layout.ExplicitNonceLength > 0)
        {
            _nonceOffset = BinaryPrimitives.ReadUInt64BigEndian(info.Iv.Span[4..]) - info.RecordSequence;
        }

        _start = stream.Sequence;
        _path = new(_cipher, handle, counters) { Placer = _options.Placer };
        _strategy = TxStrategies.Create(_options, _path, _start);
        _meter = new(_start, _options.RetransmitLimitPercent, _options.RetransmitLimitMinimumBytes);
    }

    /// <summary>Transmit context, or 0.</summary>
    public ulong Handle => _path.Handle;

    public bool InDevice => Handle != 0;

    /// <summary>The context is not used any more: segments are encrypted here.</summary>
    public bool Degraded => DegradedBy != KtlsFallbackReason.None;

    /// <summary>Why the context is not used any more.</summary>
    public KtlsFallbackReason DegradedBy { get; private set; }

    public KtlsError Error => _exhausted ? KtlsError.SequenceOverflow : KtlsError.None;

    /// <summary>Number of the next record.</summary>
    public ulong NextRecord { get; private set; }

    /// <summary>TCP sequence number at which the card expects the next segment.</summary>
    public uint Expected => _strategy.Expected;

    /// <summary>TCP sequence number of the first record.</summary>
    public uint Start => _start;

    public int RecordsHeld => _path.Records.Count;

    /// <summary>Payload bytes given to <see cref="Transmit"/> for the first time, and again.</summary>
    public (long Sent, long Again) Volume => (_meter.BytesSent, _meter.BytesAgain);

    private KtlsCounters Counters => _path.Counters;

    public TlsRecordLayout Layout => _cipher.Layout;

    /// <summary>Cuts data into records and writes those that fit whole, so that where records end does not depend on time.</summary>
    /// <returns>Bytes taken.</returns>
    public int Send(TlsContentType type, ReadOnlySpan<byte> data, int maxPayload)
    {
        int taken = 0;
        maxPayload = Math.Min(maxPayload, _stream.Capacity - RecordFraming.Length(Layout, 0));
        while (taken < data.Length && maxPayload > 0)
        {
            ReadOnlySpan<byte> payload = data.Slice(taken, Math.Min(maxPayload, data.Length - taken));
            if (!TrySendRecord(type, payload)) break;
            taken += payload.Length;
        }

        return taken;
    }

    /// <summary>Writes one record, or nothing.</summary>
    /// <param name="type">Content type.</param>
    /// <param name="payload">The content, which may be empty; at most 16384 bytes.</param>
    public bool TrySendRecord(TlsContentType type, ReadOnlySpan<byte> payload)
    {
        int length = RecordFraming.Length(Layout, payload.Length);
        if (!MayBegin(type, length, _stream.Free)) return false;
        TxRecord record = TxRecord.Rent(NextRecord, _stream.Sequence, length);
        RecordFraming.Write(Layout, type, NextRecord + _nonceOffset, payload, record.Writable);
        if (InDevice)
        {
            _stream.Write(record.Writable);
            _path.Records.Add(record);
        }
        else
        {
            _cipher.Seal(NextRecord, record.Writable);
            _stream.Write(record.Writable);
            record.Return();
        }

        // RFC 8446 §5.3, RFC 5246 §6.1: the number must not wrap.
        _exhausted = ++NextRecord == 0;
        return true;
    }

    /// <summary>Writes one record whose content stays where it is, or nothing. In software it is loaded and sealed into other memory.</summary>
    /// <param name="type">Content type.</param>
    /// <param name="content">The content, at most 16384 bytes, which the placer has ready.</param>
    /// <param name="placer">Appends it to the stream.</param>
    public bool TrySendRecord(TlsContentType type, TxBytes content, IRecordPlacer placer)
    {
        uint start = _stream.Sequence;
        int length = RecordFraming.Length(Layout, content.Length);
        if (!MayBegin(type, length, placer.Room)) return false;
        Span<byte> frame = stackalloc byte[length - content.Length];
        Span<byte> prefix = frame[..Layout.PrefixLength];
        RecordFraming.WritePrefix(Layout, type, NextRecord + _nonceOffset, content.Length, prefix);
        RecordFraming.WriteTrailer(Layout, type, frame[prefix.Length..]);
        if (InDevice)
        {
            if (!placer.TryPlace(prefix, frame[prefix.Length..], out ReadOnlySpan<DmaPiece> pieces)) return false;
            _path.Records.Add(TxRecord.Refer(NextRecord, start, prefix, pieces, placer.Memory));
        }
        else
        {
            TxRecord record = TxRecord.Rent(NextRecord, start, length);
            prefix.CopyTo(record.Writable);
            content.CopyTo(record.Writable[prefix.Length..]);
            frame[prefix.Length..].CopyTo(record.Writable[(prefix.Length + content.Length)..]);
            _cipher.Seal(NextRecord, record.Writable);
            bool placed = placer.TryPlaceSealed(record.Writable);
            record.Return();
            if (!placed) return false;
        }

        _exhausted = ++NextRecord == 0;
        return true;
    }

    /// <summary>The record that holds a sequence number, in plaintext; null in software, and when it is acknowledged.</summary>
    public TxRecord? Find(uint sequence) => _path.Find(sequence);

    /// <summary>Puts another content into a record that was written.</summary>
    /// <param name="start">TCP sequence number of the record.</param>
    /// <param name="content">As many bytes as it holds.</param>
    /// <returns>Whether it was another.</returns>
    public bool ReplaceContent(uint start, ReadOnlySpan<byte> content)
    {
        if (Find(start) is not { } record) return false;
        Span<byte> held = record.Writable.Slice(Layout.PrefixLength, content.Length);
        if (held.SequenceEqual(content)) return false;
        content.CopyTo(held);
        _path.ForgetSealed();
        return true;
    }

    /// <summary>Memory that records refer to has changed.</summary>
    public void OnContentChanged() => _path.ForgetSealed();

    /// <summary>Reads a range of the stream as it is before encryption, as far as its records are known.</summary>
    /// <param name="sequence">TCP sequence number of the range.</param>
    /// <param name="range">Receives it.</param>
    public void CopyPlain(uint sequence, Span<byte> range)
    {
        while (range.Length > 0 && Find(sequence) is { } record)
        {
            TxBytes rest = record.Image[TcpSequence.Distance(record.Start, sequence)..];
            int part = Math.Min(rest.Length, range.Length);
            rest[..part].CopyTo(range);
            sequence += (uint)part;
            range = range[part..];
        }
    }

    public void OnAcknowledged(uint unacknowledged)
    {
        // From here on nothing before the start is sent again: a sequence number that looks so has gone round.
        _startPassed |= !TcpSequence.IsBefore(unacknowledged, _start);
        _path.Records.ReleaseUpTo(unacknowledged);
    }

    /// <summary>Decides about a segment and posts what it needs.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="poster">Takes descriptors.</param>
    /// <param name="elsewhere">The poster is not that of the card with the context, which must not be named.</param>
    public TxVerdict Transmit(in TxSegment segment, ITlsPoster poster, bool elsewhere = false)
    {
        if (!InDevice || segment.Payload.IsEmpty) return TxVerdict.SendAsIs;
        if (!_startPassed && !TcpSequence.IsAfter(segment.End, _start))
        {
            Counters.TxTlsSkipNoSyncData++;
            return TxVerdict.SendAsIs;
        }

        if (!_startPassed && TcpSequence.IsBefore(segment.Sequence, _start))
        {
            Counters.TxTlsDropBypassReq++;
            return TxVerdict.Drop;
        }

        if (_meter.Exceeds(segment.Sequence, segment.Payload.Length)) Degrade(KtlsFallbackReason.Retransmits);
        if (elsewhere) Counters.TxTlsOtherPort++;
        return Degraded || elsewhere ? _path.TransmitInSoftware(segment, poster) : _strategy.Transmit(segment, poster);
    }

    /// <summary>Encrypts a segment that the card refused.</summary>
    /// <param name="failure">The refusal.</param>
    /// <param name="payload">Receives the payload as it goes on the wire; as long as the posted one.</param>
    /// <returns>Whether the segment should be sent again, as it is now.</returns>
    public bool OnFailure(in TxFailure failure, Span<byte> payload)
    {
        Counters.TxTlsErrors++;
        bool contextLost = failure.Status is TxStatus.ContextInvalid or TxStatus.KeyStale or TxStatus.RecordLimit or TxStatus.WrongQueue or TxStatus.ModeMismatch or TxStatus.Unsupported;
        if (contextLost) Degrade(KtlsFallbackReason.ContextLost);
        // A pulled cable or a queue that was emptied says nothing about the connection.
        else if (failure.Status is not (TxStatus.Flushed or TxStatus.LinkDown) && ++_failures >= MaxFailures) Degrade(KtlsFallbackReason.CardRefusals);
        if (failure.Opcode != TxOpcode.Data) return false;
        uint sequence = TcpHeaderPatch.Sequence(failure.Frame);
        _strategy.OnRefused(sequence, payload.Length);
        bool worthwhile = failure.Status is not (TxStatus.Flushed or TxStatus.LinkDown or TxStatus.TooLong or TxStatus.HeadersMalformed or TxStatus.DescriptorMalformed);
        if (!worthwhile) return false;
        failure.Payload.CopyTo(payload);
        if (!_path.TryEncryptRange(sequence, payload)) return false;
        Counters.TxTlsFallback++;
        return true;
    }

    public void Dispose() => _path.Dispose();

    private bool MayBegin(TlsContentType type, int length, int room)
    {
        if (_exhausted || length > room) return false;
        // TLS 1.2 shows the type, and the card encrypts only the four of RFC 5246 §6.2.1.
        if (Layout.Version == TlsVersion.Tls12 && type is < TlsContentType.ChangeCipherSpec or > TlsContentType.ApplicationData) Degrade(KtlsFallbackReason.RecordType);
        return !InDevice || Degraded || _strategy.TryBeginRecord(_stream.Sequence, NextRecord);
    }

    /// <summary>Leaves the card for good: from now on every segment is encrypted here.</summary>
    public void Degrade(KtlsFallbackReason reason)
    {
        if (Degraded || !InDevice) return;
        DegradedBy = reason;
        if (reason == KtlsFallbackReason.Retransmits) Counters.IfnetDisableOk++;
        _options.Degraded?.Invoke(reason);
    }
}
