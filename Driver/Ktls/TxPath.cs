using System.Buffers;
using System.Security.Cryptography;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Core;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Ktls;

/// <summary>What every strategy works with: the records under one key, its context in the card, and the same encryption in software.</summary>
internal sealed class TxPath(RecordCipher cipher, ulong handle, KtlsCounters counters) : IDisposable
{
    private byte[] _sealed = [];
    private ulong _sealedNumber;
    private bool _sealedValid;

    /// <summary>Transmit context, or 0.</summary>
    public ulong Handle => handle;

    public TlsRecordLayout Layout => cipher.Layout;

    public KtlsCounters Counters => counters;

    /// <summary>Keeps what is encrypted here; null to have it copied with the frame.</summary>
    public IRecordPlacer? Placer { get; init; }

    /// <summary>What TCP may still send.</summary>
    public TxRecordList Records { get; } = new();

    /// <summary>The record that holds a sequence number; null if it is not known any more.</summary>
    public TxRecord? Find(uint sequence)
    {
        int index = Records.Find(sequence);
        return index < 0 ? null : Records[index];
    }

    /// <summary>Verdict for a segment whose record is not known.</summary>
    public TxVerdict Drop()
    {
        counters.TxTlsDropNoSyncData++;
        return TxVerdict.Drop;
    }

    /// <summary>Posts a segment that the card encrypts.</summary>
    public void PostEncrypted(in TxSegment segment, ITlsPoster poster)
    {
        bool cut = segment.IsCut;
        poster.PostData(new TxFrame
        {
            Headers = segment.Headers,
            Payload = segment.Payload,
            Offloads = TxOffloads.Tls | (cut ? TxOffloads.Segmentation : TxOffloads.None),
            Mss = cut ? (ushort)segment.Mss : (ushort)0,
            Handle = handle,
        });
        counters.TxTlsEncryptedPackets += cut ? (segment.Payload.Length + segment.Mss - 1) / segment.Mss : 1;
        counters.TxTlsEncryptedBytes += segment.Payload.Length;
    }

    /// <summary>Posts a range of one record that the card encrypts by what its request says alone.</summary>
    /// <param name="record">The record.</param>
    /// <param name="window">Where the request begins and how much of it is not sent.</param>
    /// <param name="headers">Headers for what is sent.</param>
    /// <param name="mss">Greatest payload of one frame, or 0.</param>
    /// <param name="poster">Takes it.</param>
    public void PostRange(TxRecord record, in RangeWindow window, ReadOnlySpan<byte> headers, int mss, ITlsPoster poster)
    {
        int sent = window.Length - window.Skip;
        bool cut = mss > 0 && sent > mss;
        poster.PostRange(record.Range(handle, Layout, window));
        poster.PostData(new TxFrame
        {
            Headers = headers,
            Payload = record.Image.Slice(window.Offset, window.Length),
            Skip = window.Skip,
            Offloads = TxOffloads.Tls | (cut ? TxOffloads.Segmentation : TxOffloads.None),
            Mss = cut ? (ushort)mss : (ushort)0,
            Handle = handle,
        });
        counters.TxTlsEncryptedPackets += cut ? (sent + mss - 1) / mss : 1;
        counters.TxTlsEncryptedBytes += sent;
        counters.TxTlsWasteBytes += window.Skip;
    }

    /// <summary>Posts plaintext that the card only hashes.</summary>
    public void PostReplay(TxBytes plaintext, ITlsPoster poster)
    {
        poster.PostReplay(handle, plaintext);
        counters.TxTlsReplayBytes += plaintext.Length;
    }

    /// <summary>Posts a segment encrypted here: byte by byte what the card would have sent.</summary>
    public TxVerdict TransmitInSoftware(in TxSegment segment, ITlsPoster poster)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(segment.Payload.Length);
        Span<byte> payload = rented.AsSpan(0, segment.Payload.Length);
        bool known = TryEncryptRange(segment.Sequence, payload);
        if (known)
        {
            bool cut = segment.IsCut;
            poster.PostData(new TxFrame
            {
                Headers = segment.Headers,
                Payload = Placer is null ? payload : Placer.Store(payload),
                Offloads = TcpHeaderPatch.Checksums(segment.Headers) | (cut ? TxOffloads.Segmentation : TxOffloads.None),
                Mss = cut ? (ushort)segment.Mss : (ushort)0,
            });
            counters.TxTlsFallback++;
        }

        ArrayPool<byte>.Shared.Return(rented);
        return known ? TxVerdict.Posted : Drop();
    }

    /// <summary>Replaces a range of the stream by what belongs on the wire. False, with the range undefined, if a record of it is not known.</summary>
    public bool TryEncryptRange(uint sequence, Span<byte> payload)
    {
        while (payload.Length > 0)
        {
            if (Find(sequence) is not { } record) return false;
            int offset = TcpSequence.Distance(record.Start, sequence);
            int length = Math.Min(payload.Length, record.Image.Length - offset);
            Sealed(record).Slice(offset, length).CopyTo(payload);
            sequence += (uint)length;
            payload = payload[length..];
        }

        return true;
    }

    /// <summary>A record's content has changed.</summary>
    public void ForgetSealed() => _sealedValid = false;

    public void Dispose()
    {
        Records.Clear();
        cipher.Dispose();
        CryptographicOperations.ZeroMemory(_sealed);
    }

    private ReadOnlySpan<byte> Sealed(TxRecord record)
    {
        if (!_sealedValid || _sealedNumber != record.Number)
        {
            if (_sealed.Length < record.Image.Length) _sealed = new byte[record.Image.Length];
            record.Image.CopyTo(_sealed);
            cipher.Seal(record.Number, _sealed.AsSpan(0, record.Image.Length));
            (_sealedNumber, _sealedValid) = (record.Number, true);
        }

        return _sealed.AsSpan(0, record.Image.Length);
    }
}
