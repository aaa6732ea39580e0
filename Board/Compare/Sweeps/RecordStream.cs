using System.Buffers.Binary;
using System.Security.Cryptography;
using NicEmu.Driver.Crypto;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>One stream of TLS 1.2 records with AES-GCM as its frames pass, opened with .NET's cryptography; nonce and additional data are built here (RFC 5288 §3, RFC 5246 §6.2.3.3).</summary>
internal sealed class RecordStream : IDisposable
{
    private const int Prefix = 5 + 8;
    private const int Tag = 16;

    private readonly AesGcm _key;
    private readonly uint _start;
    private readonly byte[] _history;
    private readonly byte[] _content;
    private readonly byte[] _record = new byte[Prefix + 16384 + Tag];
    private readonly byte[] _opened = new byte[16384];
    private readonly byte[] _nonce = new byte[12];
    private readonly byte[] _additional = new byte[13];
    private int _held;
    private long _head;

    /// <param name="info">The key.</param>
    /// <param name="start">TCP sequence number of the first record.</param>
    /// <param name="historyBytes">How far back is compared, a power of two.</param>
    /// <param name="content">The content of every record, from its beginning.</param>
    public RecordStream(TlsCryptoInfo info, uint start, int historyBytes, byte[] content)
    {
        _key = new AesGcm(info.Key.Span, Tag);
        info.Iv.Span[..4].CopyTo(_nonce);
        (_start, _content) = (start, content);
        _history = new byte[historyBytes];
    }

    public long Records { get; private set; }

    public string? Failure { get; private set; }

    public void Take(uint sequence, ReadOnlySpan<byte> payload)
    {
        // The head is never so far away that a difference of 32 bits is ambiguous.
        long from = _head + (int)(sequence - (_start + (uint)_head));
        if (from + payload.Length <= _head) Compare(from, payload);
        else if (from == _head) Append(payload);
        else Failure ??= $"The frame at {from} neither repeats nor follows what was sent up to {_head}.";
    }

    public void Dispose() => _key.Dispose();

    private void Compare(long from, ReadOnlySpan<byte> payload)
    {
        if (from < _head - _history.Length)
        {
            Failure ??= $"The frame at {from} repeats what is too long ago to be compared.";
            return;
        }

        while (payload.Length > 0)
        {
            int at = (int)(from & (_history.Length - 1));
            int part = Math.Min(payload.Length, _history.Length - at);
            if (!payload[..part].SequenceEqual(_history.AsSpan(at, part))) Failure ??= $"The frame at {from} is not what was sent there first.";
            from += part;
            payload = payload[part..];
        }
    }

    private void Append(ReadOnlySpan<byte> payload)
    {
        // Behind what is wrong nothing can be told.
        while (payload.Length > 0 && Failure is null)
        {
            int at = (int)(_head & (_history.Length - 1));
            int part = Math.Min(Math.Min(payload.Length, _history.Length - at), Missing());
            payload[..part].CopyTo(_history.AsSpan(at));
            payload[..part].CopyTo(_record.AsSpan(_held));
            _head += part;
            _held += part;
            payload = payload[part..];
            if (_held == 5 && Length() is < Prefix + Tag or > Prefix + 16384 + Tag) Failure = $"Record {Records} has a header with the length {Length() - 5}.";
            else if (_held >= 5 && _held == Length()) Open();
        }
    }

    /// <summary>Bytes up to the end of the header, or else of the record.</summary>
    private int Missing() => _held < 5 ? 5 - _held : Length() - _held;

    private int Length() => 5 + BinaryPrimitives.ReadUInt16BigEndian(_record.AsSpan(3));

    private void Open()
    {
        int length = _held - Prefix - Tag;
        _record.AsSpan(5, 8).CopyTo(_nonce.AsSpan(4));
        BinaryPrimitives.WriteInt64BigEndian(_additional, Records);
        _record.AsSpan(0, 3).CopyTo(_additional.AsSpan(8));
        BinaryPrimitives.WriteUInt16BigEndian(_additional.AsSpan(11), (ushort)length);
        Span<byte> opened = _opened.AsSpan(0, length);
        try
        {
            _key.Decrypt(_nonce, _record.AsSpan(Prefix, length), _record.AsSpan(Prefix + length, Tag), opened, _additional);
            if (!opened.SequenceEqual(_content.AsSpan(0, length))) Failure ??= $"Record {Records} holds another content.";
        }
        catch (AuthenticationTagMismatchException)
        {
            Failure ??= $"Record {Records} is not authentic.";
        }

        Records++;
        _held = 0;
    }
}
