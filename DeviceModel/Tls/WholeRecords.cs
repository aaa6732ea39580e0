using System.Buffers.Binary;
using NicEmu.DeviceModel.Crypto;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;

namespace NicEmu.DeviceModel.Tls;

/// <summary>Seals and opens records that lie whole in card memory, with the key, IV and version of a transmit context. The context's own place in a stream is not looked at and does not move.</summary>
internal sealed class WholeRecords(TlsShared shared, TlsTransmit transmit)
{
    private const int MaxAadLength = 13;

    /// <summary>Makes a record: header, explicit nonce, ciphertext, tag.</summary>
    /// <param name="handle">Transmit context.</param>
    /// <param name="number">Number of the record.</param>
    /// <param name="type">Content type.</param>
    /// <param name="content">0 to 16384 bytes.</param>
    /// <param name="record">Receives the record; apart from the content.</param>
    /// <param name="length">Length of the record.</param>
    public RecordOutcome Seal(ulong handle, ulong number, byte type, ReadOnlySpan<byte> content, Span<byte> record, out int length)
    {
        length = 0;
        if (!TryFind(handle, out TlsTxContext? context))
        {
            return RecordOutcome.KeyStale;
        }

        TlsRecordLayout layout = context.Layout;
        bool isTls13 = layout.Version == TlsVersion.Tls13;
        int lengthField = layout.LengthFieldFor(content.Length);
        int total = TlsRecordLayout.HeaderLength + lengthField;
        if (content.Length > TlsRecordLayout.MaxPlaintextLength || record.Length < total)
        {
            return RecordOutcome.BadRecord;
        }

        // RFC 8446 §5.2: the outer type is application_data, the real one stands behind the content.
        byte outer = isTls13 ? (byte)TlsContentType.ApplicationData : type;
        TlsRecordLayout.WriteHeader(outer, lengthField, record);
        if (layout.ExplicitNonceLength > 0)
        {
            BinaryPrimitives.WriteUInt64BigEndian(record[TlsRecordLayout.HeaderLength..], number);
        }

        Span<byte> body = record.Slice(layout.PrefixLength, layout.CiphertextLength(lengthField));
        AeadKey key = shared.Keys.Cache.Get(context.Key);
        AeadState state = Begin(key, context, number, record, number);
        IncrementalAead.Encrypt(key, ref state, content, body);
        if (isTls13)
        {
            IncrementalAead.Encrypt(key, ref state, [type], body[content.Length..]);
        }

        IncrementalAead.Finish(key, ref state, record.Slice(total - TlsRecordLayout.TagLength, TlsRecordLayout.TagLength));
        length = total;
        Report(context, TraceEventKind.RecordProtected, number, outer, total, 0);
        ReportContent(context, number, type, content, 0);
        return RecordOutcome.Ok;
    }

    /// <summary>Opens a record. Unless the outcome is OK the target holds nothing of it.</summary>
    /// <param name="handle">Transmit context.</param>
    /// <param name="number">Number of the record.</param>
    /// <param name="record">The record with its header, exactly.</param>
    /// <param name="content">Receives the content; apart from the record.</param>
    /// <param name="length">Length of the content.</param>
    /// <param name="type">Content type.</param>
    public RecordOutcome Open(ulong handle, ulong number, ReadOnlySpan<byte> record, Span<byte> content, out int length, out byte type)
    {
        length = 0;
        type = 0;
        if (!TryFind(handle, out TlsTxContext? context))
        {
            return RecordOutcome.KeyStale;
        }

        TlsRecordLayout layout = context.Layout;
        if (record.Length < TlsRecordLayout.HeaderLength + layout.MinLengthField || !layout.IsPlausibleHeader(record))
        {
            return RecordOutcome.BadRecord;
        }

        int lengthField = BinaryPrimitives.ReadUInt16BigEndian(record[3..]);
        int bodyLength = layout.CiphertextLength(lengthField);
        if (record.Length != TlsRecordLayout.HeaderLength + lengthField || content.Length < bodyLength)
        {
            return RecordOutcome.BadRecord;
        }

        ulong explicitNonce = layout.ExplicitNonceLength > 0 ? BinaryPrimitives.ReadUInt64BigEndian(record[TlsRecordLayout.HeaderLength..]) : 0;
        Span<byte> plain = content[..bodyLength];
        AeadKey key = shared.Keys.Cache.Get(context.Key);
        AeadState state = Begin(key, context, number, record, explicitNonce);
        IncrementalAead.Decrypt(key, ref state, record.Slice(layout.PrefixLength, bodyLength), plain);
        bool authentic = IncrementalAead.FinishAndVerify(key, ref state, record[^TlsRecordLayout.TagLength..]);
        Report(context, TraceEventKind.RecordOpened, number, record[0], record.Length, authentic ? 1u : 0);
        if (!authentic)
        {
            plain.Clear();
            return RecordOutcome.BadTag;
        }

        type = record[0];
        length = bodyLength;
        if (layout.Version == TlsVersion.Tls13)
        {
            // RFC 8446 §5.4: the last byte that is not zero is the type; zeros behind it are padding, and nothing else is a record that may be sent.
            length = plain.LastIndexOfAnyExcept((byte)0);
            if (length < 0)
            {
                length = 0;
                return RecordOutcome.BadRecord;
            }

            type = plain[length];
        }

        if (length > TlsRecordLayout.MaxPlaintextLength)
        {
            plain.Clear();
            length = 0;
            return RecordOutcome.BadRecord;
        }

        ReportContent(context, number, type, plain[..length], 1);
        return RecordOutcome.Ok;
    }

    private static AeadState Begin(AeadKey key, TlsTxContext context, ulong number, ReadOnlySpan<byte> record, ulong explicitNonce)
    {
        Span<byte> nonce = stackalloc byte[IncrementalAead.NonceBytes];
        Span<byte> aad = stackalloc byte[MaxAadLength];
        ulong header = ((ulong)record[0] << 32) | BinaryPrimitives.ReadUInt32BigEndian(record[1..]);
        RecordNonce.Write(context.Layout, context.Iv, number, explicitNonce, nonce);
        RecordNonce.WriteAad(context.Layout, number, header, aad);
        return IncrementalAead.Begin(key, nonce, aad[..context.Layout.AadLength]);
    }

    private bool TryFind(ulong handle, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TlsTxContext? context)
    {
        if (transmit.TryGet(handle, out context) && !context.IsDraining && !context.Key.Owner.Revoked)
        {
            return true;
        }

        context = null;
        shared.Stale(handle);
        return false;
    }

    private void Report(TlsTxContext context, TraceEventKind kind, ulong number, byte outerType, int length, ulong value) => shared.Trace.Emit(new TraceEvent
    {
        Kind = kind,
        Handle = context.Handle.Value,
        RecordNumber = number,
        Code = outerType,
        Length = length,
        Value = value,
    });

    private void ReportContent(TlsTxContext context, ulong number, byte type, ReadOnlySpan<byte> content, uint isReceive)
    {
        if (!shared.TracePlaintext || !shared.Trace.Enabled)
        {
            return;
        }

        var e = new TraceEvent { Kind = TraceEventKind.RecordPlaintext, Handle = context.Handle.Value, RecordNumber = number, Code = type, Flags = isReceive, Length = content.Length };
        shared.Trace.Emit(e, content);
    }
}
