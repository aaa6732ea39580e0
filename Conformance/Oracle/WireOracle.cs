using System.Buffers.Binary;
using System.Security.Cryptography;
using NicEmu.Spec.Events;

namespace NicEmu.Conformance.Oracle;

/// <summary>
/// Watches one direction of a connection where its frames pass, reassembles the TCP stream itself, opens every record with BouncyCastle, and
/// compares every repeated byte with its first appearance. It shares no code with device or driver. Memory use is bounded.
/// </summary>
public sealed class WireOracle : ITraceSink
{
    private const int HeaderLength = 5;
    private const byte Handshake = 22;
    private const byte ApplicationData = 23;
    private const byte KeyUpdate = 24;
    private const int NoncesTried = 8;

    private readonly int _device;
    private readonly TraceEventKind _kind;
    private readonly ushort _listeningPort;
    private readonly byte[] _ring;
    private readonly byte[] _record = new byte[HeaderLength + ushort.MaxValue];
    private readonly List<(long Start, long End)> _ahead = [];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Queue<RecordKeys> _next = new();
    private readonly NonceLedger _nonces;
    private RecordKeys? _keys;
    private RecordOpener? _opener;
    private (ushort Source, ushort Destination)? _ports;
    private uint _headSequence;
    private ulong _number;
    private long _head;
    private long _recordAt = long.MaxValue;
    private long _records;
    private long _contentBytes;
    private long _repeated;
    private long _differing;
    private long _unchecked;
    private string? _failure;
    private long _protectedFrom = long.MaxValue;
    private long _lastEnd;
    private long _reuses;
    private long _frames;
    private long _bytes;
    private long _jumps;
    private long _repeatedFrames;

    /// <summary>Chooses what to watch: the first connection of a listening port, from its SYN on, which must not have passed yet.</summary>
    /// <param name="device">Device whose port is watched.</param>
    /// <param name="kind"><see cref="TraceEventKind.FrameSent"/> or <see cref="TraceEventKind.FrameReceived"/>: of the two directions, the one that passes there.</param>
    /// <param name="listeningPort">TCP port of the side that listens, whichever it is.</param>
    /// <param name="historyBytes">How far back repeated bytes are compared, a power of two; more than the sender's window.</param>
    /// <param name="nonces">Shared by all observers of a run, so that a key in two connections is noticed; null for one of its own.</param>
    public WireOracle(int device, TraceEventKind kind, ushort listeningPort, int historyBytes = 1 << 22, NonceLedger? nonces = null)
    {
        if (kind is not (TraceEventKind.FrameSent or TraceEventKind.FrameReceived) || !int.IsPow2(historyBytes) || historyBytes < 1 << 17)
        {
            throw new ArgumentException("Frames are watched where they are sent or received, with a history of 2^17 bytes or more.");
        }

        (_device, _kind, _listeningPort) = (device, kind, listeningPort);
        _ring = new byte[historyBytes];
        _nonces = nonces ?? new NonceLedger();
    }

    /// <summary>Hands the keys over, at the end of the handshake.</summary>
    /// <param name="keys">Keys and place of the first record.</param>
    /// <exception cref="InvalidOperationException">The stream's SYN was not seen.</exception>
    public void Begin(RecordKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (_ports is null)
        {
            throw new InvalidOperationException("The stream is followed from its SYN on, which was not seen.");
        }

        _keys = keys;
        _opener = new RecordOpener(keys);
        _recordAt = _head + unchecked((int)(keys.FirstSequence - _headSequence));
        _protectedFrom = _recordAt;
        _number = keys.FirstRecord;
        OpenRecords();
    }

    /// <summary>Hands over the keys that follow the next KeyUpdate not yet seen (RFC 8446 §4.6.3); not needed where the keys carry their secret.</summary>
    /// <param name="keys">Key and IV; place and number of their first record are found here.</param>
    public void Renew(RecordKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _next.Enqueue(keys);
    }

    /// <summary>What was found so far.</summary>
    /// <param name="mayEndWithin">Whether the stream may end within a record: when the end that sends it is not ours to wait for.</param>
    public WireOracleReport Report(bool mayEndWithin = false)
    {
        string? failure = _failure;
        bool endsWithin = _recordAt != _head || _ahead.Count > 0;
        if (failure is null && (_opener is null || (endsWithin && !mayEndWithin)))
        {
            failure = _opener is null ? "The keys never became known." : $"The stream ends within record {_number}.";
        }

        return new WireOracleReport(_records, _contentBytes, Convert.ToHexStringLower(_hash.GetCurrentHash()), _repeated, _differing, _unchecked, failure)
        {
            NonceReuses = _reuses,
            ProtectedFrames = _frames,
            ProtectedBytes = _bytes,
            Jumps = _jumps,
            RepeatedFrames = _repeatedFrames,
        };
    }

    /// <inheritdoc/>
    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        if (e.Kind != _kind || e.Device != _device || !WireSegment.TryParse(data, out WireSegment tcp))
        {
            return;
        }

        if (!tcp.IsIntact())
        {
            // What arrives damaged is the network's doing; what leaves so is the card's.
            if (_kind == TraceEventKind.FrameSent)
            {
                Fail($"A frame left with a wrong checksum, TCP sequence number {tcp.Sequence}.");
            }

            return;
        }

        if (_ports is null && tcp.IsSyn && (tcp.SourcePort == _listeningPort || tcp.DestinationPort == _listeningPort))
        {
            _ports = (tcp.SourcePort, tcp.DestinationPort);
            _headSequence = unchecked(tcp.Sequence + 1);
        }
        else if (!tcp.IsSyn && !tcp.Payload.IsEmpty && _ports == (tcp.SourcePort, tcp.DestinationPort))
        {
            OnSegment(tcp.Sequence, tcp.Payload);
        }
    }

    private void OnSegment(uint sequence, ReadOnlySpan<byte> payload)
    {
        long at = _head + unchecked((int)(sequence - _headSequence));
        if (at < 0 || at + payload.Length > Math.Min(_recordAt, _head) + _ring.Length)
        {
            Fail($"Bytes at stream offset {at} do not belong here: the stream is whole up to {_head}.");
            return;
        }

        Count(at, payload.Length);
        long differing = _differing;
        int old = (int)Math.Clamp(_head - at, 0, payload.Length);
        CompareOld(at, payload[..old]);
        Add(at + old, payload[old..]);
        _reuses += _differing > differing && at + payload.Length > _protectedFrom ? 1 : 0;
        OpenRecords();
    }

    private void Count(long at, int length)
    {
        long end = at + length;
        if (end > _protectedFrom)
        {
            _frames++;
            _bytes += end - Math.Max(at, _protectedFrom);
            _jumps += at != _lastEnd ? 1 : 0;
            _repeatedFrames += at < _head ? 1 : 0;
        }

        _lastEnd = end;
    }

    private void CompareOld(long at, ReadOnlySpan<byte> bytes)
    {
        int forgotten = (int)Math.Clamp(_head - _ring.Length - at, 0, bytes.Length);
        _unchecked += forgotten;
        Compare(at + forgotten, bytes[forgotten..]);
    }

    private void Compare(long at, ReadOnlySpan<byte> bytes)
    {
        _repeated += bytes.Length;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (_ring[(at + i) & (_ring.Length - 1)] != bytes[i])
            {
                _differing++;
                Fail($"The byte at stream offset {at + i} was sent again with another value.");
            }
        }
    }

    /// <summary>Adds bytes at or beyond the head; parts that came before are compared.</summary>
    private void Add(long at, ReadOnlySpan<byte> bytes)
    {
        long end = at + bytes.Length;
        long from = at;
        foreach ((long start, long stop) in _ahead)
        {
            if (start < end && stop > from)
            {
                Store(from, bytes[(int)(from - at)..(int)(Math.Max(start, from) - at)]);
                Compare(Math.Max(start, from), bytes[(int)(Math.Max(start, from) - at)..(int)(Math.Min(stop, end) - at)]);
                from = Math.Min(stop, end);
            }
        }

        Store(from, bytes[(int)(from - at)..]);
        Merge(at, end);
    }

    private void Store(long at, ReadOnlySpan<byte> bytes)
    {
        int offset = (int)(at & (_ring.Length - 1));
        int first = Math.Min(bytes.Length, _ring.Length - offset);
        bytes[..first].CopyTo(_ring.AsSpan(offset));
        bytes[first..].CopyTo(_ring);
    }

    private void Merge(long start, long end)
    {
        if (start == end)
        {
            return;
        }

        for (int i = _ahead.Count - 1; i >= 0; i--)
        {
            if (_ahead[i].Start <= end && _ahead[i].End >= start)
            {
                (start, end) = (Math.Min(start, _ahead[i].Start), Math.Max(end, _ahead[i].End));
                _ahead.RemoveAt(i);
            }
        }

        if (start <= _head)
        {
            _headSequence = unchecked(_headSequence + (uint)(end - _head));
            _head = end;
            return;
        }

        int at = _ahead.FindIndex(r => r.Start > start);
        _ahead.Insert(at < 0 ? _ahead.Count : at, (start, end));
    }

    private void OpenRecords()
    {
        while (_failure is null && _opener is not null && _head - _recordAt >= HeaderLength)
        {
            Load(_recordAt, _record.AsSpan(0, HeaderLength));
            int length = HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(_record.AsSpan(3));
            if (_record[1] != 3 || _record[2] != 3 || _record[0] is < 20 or > 23)
            {
                Fail($"Record {_number} at stream offset {_recordAt} begins with {Convert.ToHexString(_record, 0, HeaderLength)}, which is no header.");
                return;
            }

            if (_head - _recordAt < length)
            {
                return;
            }

            Load(_recordAt, _record.AsSpan(0, length));
            if (!_opener.TryOpen(_record.AsSpan(0, length), _number, out byte type, out ReadOnlySpan<byte> content, out string failure))
            {
                Fail($"Record {_number} at stream offset {_recordAt} does not open: {failure}.{OldNonce(length)}");
                return;
            }

            if (!_nonces.Add(_keys!.Key.Span, _opener.Nonce, _record.AsSpan(0, length)))
            {
                _reuses++;
                Fail($"Record {_number} at stream offset {_recordAt} has the key and nonce of another record.");
                return;
            }

            if (type == ApplicationData)
            {
                _hash.AppendData(content);
                _contentBytes += content.Length;
            }

            _records++;
            _number++;
            _recordAt += length;
            if (type == Handshake && content.Length > 0 && content[0] == KeyUpdate && !ChangeKeys())
            {
                return;
            }
        }
    }

    /// <summary>Whether a record that does not open was sealed as one of those before it.</summary>
    private string OldNonce(int length)
    {
        for (ulong back = 1; back <= NoncesTried && back <= _number; back++)
        {
            if (_opener!.TryOpen(_record.AsSpan(0, length), _number - back, out _, out _, out _))
            {
                _reuses++;
                return $" It was sealed as record {_number - back}: a nonce was used twice.";
            }
        }

        return string.Empty;
    }

    /// <summary>RFC 8446 §4.6.3: everything behind a KeyUpdate is under the next generation of keys, numbered from zero.</summary>
    private bool ChangeKeys()
    {
        RecordKeys? next = _next.TryDequeue(out RecordKeys? given) ? given : _keys!.Next();
        if (next is null)
        {
            Fail($"A KeyUpdate came as record {_number - 1}, and the keys behind it are not known.");
            return false;
        }

        _keys = next;
        _opener = new RecordOpener(next);
        _number = 0;
        return true;
    }

    private void Load(long at, Span<byte> bytes)
    {
        int offset = (int)(at & (_ring.Length - 1));
        int first = Math.Min(bytes.Length, _ring.Length - offset);
        _ring.AsSpan(offset, first).CopyTo(bytes);
        _ring.AsSpan(0, bytes.Length - first).CopyTo(bytes[first..]);
    }

    private void Fail(string what) => _failure ??= what;
}
