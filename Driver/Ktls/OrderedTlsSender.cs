using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls.Strategies;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Native.Mailbox;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Ktls;

/// <summary>
/// A kernel TLS transmit session on a card with no connection above it: the caller writes records and orders segments, any range of what was written at
/// any time, each given to the card as TCP would give it. It shows what an order of segments costs; nothing is sent by itself.
/// </summary>
public sealed class OrderedTlsSender : IDisposable
{
    private readonly NicDriver _nic;
    private readonly TlsCryptoInfo _info;
    private readonly TxStrategy _strategy;
    private readonly int _queue;
    private readonly byte[] _headers;
    private readonly byte[] _frame;
    private readonly Stream _stream;
    private byte[] _payload = [];
    private KtlsTxSession? _session;

    /// <summary>Prepares a session; the card is not touched yet.</summary>
    /// <param name="nic">The card's driver.</param>
    /// <param name="info">Key and place of the first record.</param>
    /// <param name="strategy">What is done about segments out of order.</param>
    /// <param name="headers">Ethernet, IP and TCP headers of the segments; the sequence number is that of the first record.</param>
    /// <param name="queue">Transmit queue.</param>
    public OrderedTlsSender(NicDriver nic, TlsCryptoInfo info, TxStrategy strategy, ReadOnlySpan<byte> headers, int queue = 0)
    {
        ArgumentNullException.ThrowIfNull(nic);
        ArgumentNullException.ThrowIfNull(info);
        (_nic, _info, _strategy, _queue) = (nic, info, strategy, queue);
        _headers = headers.ToArray();
        _frame = new byte[headers.Length];
        _stream = new Stream(TcpHeaderPatch.Sequence(headers));
    }

    /// <summary>What the session did.</summary>
    public KtlsCounters Counters { get; } = new();

    /// <summary>The transmit context; 0 until it is installed.</summary>
    public ulong Context => _session?.Handle ?? 0;

    /// <summary>Bytes of the stream that records were written for.</summary>
    public long Written => _stream.Written;

    /// <summary>Whether the card has completed everything that it was given on this queue.</summary>
    public bool IsDrained => !_nic.TxQueue(_queue).Outstanding;

    /// <summary>Creates key and context in the card.</summary>
    /// <param name="installed">Receives whether the card took them.</param>
    public void Install(Action<bool> installed)
    {
        ArgumentNullException.ThrowIfNull(installed);
        _nic.Tls.CreateKey(_info.Cipher, _info.Key.Span, key =>
        {
            if (!key.Ok)
            {
                installed(false);
                return;
            }

            var request = new TxCreateRequest
            {
                KeyHandle = key.Handle,
                Version = _info.Version,
                Mode = TxStrategies.ModeOf(_strategy),
                Queue = (ushort)_queue,
                StartSequence = _stream.Sequence,
                RecordNumber = _info.RecordSequence,
            };
            _nic.Tls.CreateTx(request, _info.DeviceIv(), context =>
            {
                if (context.Ok) _session = new(_info, _stream, context.Handle, Counters, new() { Strategy = _strategy, Update = Update });
                installed(context.Ok);
            });
        });
    }

    /// <summary>Appends a record of application data to the stream; nothing is sent.</summary>
    /// <param name="content">At most 16384 bytes.</param>
    /// <exception cref="InvalidOperationException">The context is not installed.</exception>
    public void WriteRecord(ReadOnlySpan<byte> content)
    {
        if (!Session.TrySendRecord(TlsContentType.ApplicationData, content)) throw new InvalidOperationException("The record was not taken.");
    }

    /// <summary>Gives a range of the stream to the card, as one segment that the card may have to cut.</summary>
    /// <param name="from">Offset in the stream of the first byte, whose record must not be acknowledged yet.</param>
    /// <param name="length">Bytes, 1 to what fits into one IP packet.</param>
    /// <param name="mss">Greatest payload of one frame.</param>
    /// <exception cref="InvalidOperationException">A byte of the range is not held, or the context is not installed.</exception>
    public void Send(long from, int length, int mss)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, ushort.MaxValue - _headers.Length);
        if (from < 0 || from + length > Written) throw new InvalidOperationException($"The range [{from}, {from + length}) was not written.");
        _headers.CopyTo(_frame, 0);
        TcpHeaderPatch.MakePiece(_frame, unchecked((int)from), length, isLast: true);
        uint sequence = TcpHeaderPatch.Sequence(_frame);
        if (_payload.Length < length) _payload = new byte[length];
        Span<byte> payload = _payload.AsSpan(0, length);
        Session.CopyPlain(sequence, payload);
        var segment = new TxSegment { Headers = _frame, Payload = payload, Sequence = sequence, Mss = mss };
        if (Session.Transmit(segment, _nic.TxQueue(_queue)) != TxVerdict.Posted) throw new InvalidOperationException($"The range [{from}, {from + length}) could not be posted.");
        _nic.TxQueue(_queue).Ring();
    }

    /// <summary>Lets go of the records that end at or before an offset.</summary>
    /// <param name="upTo">Offset in the stream.</param>
    public void Acknowledge(long upTo) => Session.OnAcknowledged(_stream.Start + (uint)upTo);

    /// <inheritdoc/>
    public void Dispose() => _session?.Dispose();

    private KtlsTxSession Session => _session ?? throw new InvalidOperationException("The context is not installed.");

    /// <summary>Behind everything that was queued, or not at all: the caller drains the queue before it writes.</summary>
    private void Update(uint sequence, ulong number, Action<bool> done)
    {
        if (IsDrained) _nic.Tls.UpdateTx(Context, sequence, number, result => done(result.Ok));
        else done(false);
    }

    /// <summary>A stream that only counts: the session holds the records.</summary>
    private sealed class Stream(uint start) : IStreamWriter
    {
        public uint Start => start;

        public long Written { get; private set; }

        public uint Sequence => start + (uint)Written;

        public int Free => int.MaxValue;

        public int Capacity => int.MaxValue;

        public void Write(ReadOnlySpan<byte> bytes) => Written += bytes.Length;
    }
}
