using System.Buffers.Binary;
using System.Security.Cryptography;
using NicEmu.Board.Links;
using NicEmu.Spec.Events;

namespace NicEmu.Board.Compare;

/// <summary>
/// Follows one stream where it leaves the card: which bytes were sent, in what order, how often, and what they are. New bytes leave in order there, whatever the network does to them
/// afterwards.
/// </summary>
/// <param name="device">Number of the card.</param>
/// <param name="port">The server's TCP port.</param>
/// <param name="isTls">Whether the stream consists of records.</param>
internal sealed class WireView(int device, ushort port, bool isTls) : ITraceSink, IDisposable
{
    private const int HeaderLength = 5;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<SentRange> _sent = [];
    private readonly List<long> _records = [];
    private readonly byte[] _header = new byte[HeaderLength];
    private uint _start;
    private long _head = -1;
    private long _nextRecord;
    private ushort _peer;

    /// <summary>The stream's end so far, from its first record on.</summary>
    public long Bytes => Math.Max(0, _head);

    /// <summary>Bytes that were sent more than once.</summary>
    public long Again { get; private set; }

    /// <summary>What each frame carried.</summary>
    public IReadOnlyList<SentRange> Sent => _sent;

    /// <summary>Offsets of the records, and of the end.</summary>
    public IReadOnlyList<long> RecordStarts => isTls ? [.. _records, Bytes] : [0, Bytes];

    /// <summary>SHA-256 of the stream.</summary>
    public string Sha256 => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>What cannot be; null when nothing was.</summary>
    public string? Failure { get; private set; }

    /// <summary>Begins to look.</summary>
    /// <param name="sequence">TCP sequence number of the first byte.</param>
    /// <param name="clientPort">The client's TCP port.</param>
    public void Begin(uint sequence, ushort clientPort) => (_start, _head, _peer) = (sequence, 0, clientPort);

    /// <inheritdoc/>
    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        if (_head < 0 || e.Kind != TraceEventKind.FrameSent || e.Device != device || !TcpView.TryParse(data, out TcpView view)) return;
        if (view.Payload.IsEmpty || view.SourcePort != port || view.DestinationPort != _peer) return;
        long from = _head + unchecked((int)(view.Sequence - (_start + (uint)_head)));
        long to = from + view.Payload.Length;
        if (from < 0) return;
        if (from > _head) Failure ??= $"Bytes {_head} to {from} of the stream were never sent.";
        int old = (int)Math.Clamp(_head - from, 0, view.Payload.Length);
        Again += old;
        _sent.Add(new(from, to));
        Follow(view.Payload[old..]);
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void Follow(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        while (bytes.Length > 0)
        {
            int within = (int)(_head - _nextRecord);
            if (isTls && within is >= 0 and < HeaderLength)
            {
                if (within == 0) _records.Add(_head);
                int part = Math.Min(HeaderLength - within, bytes.Length);
                bytes[..part].CopyTo(_header.AsSpan(within));
                _head += part;
                bytes = bytes[part..];
                if (within + part == HeaderLength) _nextRecord += HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(3));
                continue;
            }

            int body = isTls ? (int)Math.Min(_nextRecord - _head, bytes.Length) : bytes.Length;
            _head += body;
            bytes = bytes[body..];
        }
    }
}
