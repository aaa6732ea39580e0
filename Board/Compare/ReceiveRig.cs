using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using NicEmu.Board.Bus;
using NicEmu.Board.Links;
using NicEmu.Board.Time;
using NicEmu.Conformance.Oracle;
using NicEmu.Driver.Handshake;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Memory;
using NicEmu.Driver.Nic;
using NicEmu.Driver.Paths;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Compare;

/// <summary>
/// Runs the receiving path: a machine whose memory is metered fetches the file over TLS, and its card decrypts what comes in order. Frames stay in the card's buffers until records are
/// joined in the reader's buffer. The sender's card is on the same cable and knows no TLS; every byte is checked, and every record opened where it leaves that card.
/// </summary>
public sealed class ReceiveRig : IDisposable
{
    private const long LimitPs = 600_000_000_000_000;
    private const int SpareBuffers = 1024;
    private const int ReaderBytes = 17 * 1024;

    private readonly CompareOptions _options;
    private readonly bool _byCard;
    private readonly CancellationToken _cancellation;
    private readonly EventLoop _loop = new();
    private readonly MemoryMeter _meter = new();
    private readonly ShadowAudit? _audit;
    private readonly NicBoard _sender;
    private readonly NicBoard _receiver;
    private readonly HostKernel _senderHost;
    private readonly HostKernel _receiverHost;
    private readonly PathMemory _memory;
    private readonly MeteredRegion _buffer;
    private readonly TraceFanout _events = new();
    private readonly ITraceSink? _trace;
    private readonly FirstBytesFilter _filter = new();
    private readonly WireView _view = new(0, ServeMachine.Port, isTls: true);
    private readonly WireOracle _oracle = new(0, TraceEventKind.FrameSent, ServeMachine.Port);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private PathSocket? _socket;
    private HostSocket? _peer;
    private HandshakeResult? _keys;
    private string? _failure;
    private int _received;
    private bool _ended;

    private ReceiveRig(CompareOptions options, bool byCard, CancellationToken cancellation)
    {
        (_options, _byCard, _cancellation) = (options, byCard, cancellation);
        if (options.Audit) _meter.Observer = _audit = new ShadowAudit(_meter);
        var cable = new PairLink(_loop);
        ulong seed = new SeededRandom(options.Seed).Fork("network").NextUInt64();
        _sender = new NicBoard(_loop, cable.A, new NicBoardOptions { Number = 0, Seed = seed });
        _receiver = new NicBoard(_loop, cable.B, new NicBoardOptions { Number = 1, Seed = seed, Meter = _meter });
        _sender.Trace.Sink = _events;
        _events.Add(_view);
        _events.Add(_oracle);
        if ((_trace = options.TraceOf?.Invoke(byCard ? ByCardId : InSoftwareId)) is not null) _events.Add(_trace);
        HostOptions receiving = ServeMachine.HostOptionsOf(options, isServer: false);
        _senderHost = _sender.CreateHost(ServeMachine.HostOptionsOf(options, isServer: true));
        _receiverHost = _receiver.CreateHost(receiving with { OffloadRx = byCard, Nic = receiving.Nic with { RxSpareBuffers = SpareBuffers } });
        _memory = new PathMemory(_meter, new PagePool(_receiver.Bus, _meter, 64, "socket pages"), Allocate(64 * PathMemory.FrameBytes, "headers and tags"));
        _buffer = Allocate(ReaderBytes, "reader");
    }

    /// <summary>Name of the path with a card that decrypts.</summary>
    public const string ByCardId = "inline-rx";

    /// <summary>Name of the path whose kernel decrypts.</summary>
    public const string InSoftwareId = "ktls-rx";

    /// <summary>What can be said before it runs; K is that of records in order: 3 for each byte, 5 where the processor decrypts.</summary>
    /// <param name="byCard">Whether the card decrypts.</param>
    public static PathDescription Describe(bool byCard) => new(
        byCard ? ByCardId : InSoftwareId,
        byCard ? "receiving: inline TLS in the card" : "receiving: kernel TLS in software",
        new PathModel(ContentStages: 0, RecordStages: byCard ? 2 : 4, ContentStores: 0, RecordStores: byCard ? 1 : 2, CardMovesRecords: true))
    {
        CryptoBy = byCard ? "card, on the way in" : "processor, in the kernel",
        RetransmitSource = "the other end",
        CardState = byCard ? "key and place in the stream" : "nothing",
        CardStateBytes = byCard ? Unsafe.SizeOf<ContextSnapshot>() + 32 : 0,
        NotCounted = ["Looking at headers of frames and of records: they pass the processor as metadata, or with the copy of the record."],
    };

    /// <summary>Runs it.</summary>
    /// <param name="options">What is fetched, and how; the network is bad on the way to the receiver.</param>
    /// <param name="byCard">Whether the card decrypts.</param>
    /// <param name="cancellation">Checked between events.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was requested.</exception>
    public static ReceiveResult Run(CompareOptions options, bool byCard = true, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        using var rig = new ReceiveRig(options, byCard, cancellation);
        return rig.Run();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        (_trace as IDisposable)?.Dispose();
        _view.Dispose();
        _hash.Dispose();
    }

    private ReceiveResult Run()
    {
        _senderHost.Start();
        _receiverHost.Start();
        if (!Wait(() => _senderHost.IsReady && _receiverHost.IsReady)) _failure ??= "The cards did not come up.";
        else Open();
        MemoryCounters before = _meter.Snapshot();
        KtlsCounters kernel = _receiverHost.Counters;
        if (_failure is null) Transfer();
        return Judge(_meter.Snapshot().Since(before), kernel);
    }

    private void Open()
    {
        // The buffers are the driver's for as long as its card is in use.
        _ = new MeteredRegion(_receiverHost.Nic.ReceiveBuffers(0), _meter, "receive buffers");
        _senderHost.Listen(ServeMachine.Port, socket =>
        {
            _peer = socket;
            TlsUpgrade.Server(socket, ServeMachine.HandshakeOf(_options, 0, isServer: true), static _ => { });
        });
        _socket = PathSocket.Connect(_receiverHost, _memory, ServeMachine.Address(isServer: true), ServeMachine.Port, _buffer);
        TlsUpgrade.Client(_socket, ServeMachine.HandshakeOf(_options, 0, isServer: false) with { KeyLog = line => _sender.Trace.Emit(new TraceEvent { Kind = TraceEventKind.KeyLog, Text = line }) }, OnSecured);
        if (!Wait(() => _keys is not null && _peer is { TxState: KtlsState.Software } && IsSettled(_socket))) _failure ??= "The connection did not open.";
    }

    private static bool IsSettled(PathSocket socket) =>
        socket.RxState is KtlsState.Device or KtlsState.Software && socket.TxState == KtlsState.Software && socket.Connection.SendUnacknowledged == socket.Connection.SendSequence;

    private void OnSecured(TlsUpgrade upgrade)
    {
        if (upgrade.Handshake.Result is not { } keys)
        {
            _failure ??= $"The handshake failed: {upgrade.Handshake.Failure}";
            return;
        }

        PathSocket socket = _socket!;
        socket.Record = OnRecord;
        socket.Failed = error => _failure ??= $"A received record was refused: {error}.";
        socket.EndOfStream = () =>
        {
            _ended = true;
            socket.Close();
        };
        uint start = socket.Connection.ReadSequence;
        _view.Begin(start, socket.Connection.Tuple.LocalPort);
        _oracle.Begin(new RecordKeys(keys.Version, keys.Cipher, keys.Rx.Key, keys.Rx.Iv, keys.Rx.RecordSequence, start));
        _keys = keys;
    }

    private void Transfer()
    {
        _sender.Network!.Outgoing.Profile = new LossProfile { Drop = _options.Loss, Reorder = _options.Reorder };
        HostSocket peer = _peer!;
        byte[] chunk = new byte[_options.RecordPayload];
        int sent = 0;
        bool said = false;
        peer.Writable = Push;
        Push();
        if (!Wait(() => _ended && _received == _options.Content.Length)) _failure ??= $"{_received} of {_options.Content.Length} bytes came.";
        peer.Writable = null;

        void Push()
        {
            while (sent < _options.Content.Length)
            {
                Span<byte> record = chunk.AsSpan(0, Math.Min(chunk.Length, _options.Content.Length - sent));
                _options.Content.Read(sent, record);
                if (peer.Write(record) == 0) return;
                sent += record.Length;
            }

            if (said || peer.Write(TlsContentType.Alert, [1, 0]) == 0) return;
            said = true;
            peer.Close();
        }
    }

    private void OnRecord(TlsContentType type, ReadOnlySpan<byte> content)
    {
        (int offset, int length) = _socket!.RecordPlace;
        if (type != TlsContentType.ApplicationData) return;
        _filter.OnSend([new DmaPiece(_buffer.Address(offset), length)], _meter);
        // Who checks the bytes is no part of the path: it looks at memory without a processor.
        var bytes = new byte[length];
        _receiver.Memory.TryPeek(_buffer.Address(offset), bytes);
        _hash.AppendData(bytes);
        var expected = new byte[Math.Min(length, _options.Content.Length - _received)];
        _options.Content.Read(_received, expected);
        if (!bytes.AsSpan().SequenceEqual(expected)) _failure ??= $"Byte {_received + bytes.AsSpan().CommonPrefixLength(expected)} of the file arrived changed.";
        _received += length;
    }

    private ReceiveResult Judge(MemoryCounters counters, KtlsCounters kernel)
    {
        WireOracleReport wire = _oracle.Report();
        int records = (_options.Content.Length + _options.RecordPayload - 1) / _options.RecordPayload;
        string? audit = _audit?.Finish();
        string? failure = _failure ?? _view.Failure ?? wire.Failure;
        if (counters[MemoryEvent.UnmeteredPayloadBytes] is > 0 and long unmetered) failure ??= $"The card moved {unmetered} bytes of payload in memory that is not metered.";
        var result = new PathResult
        {
            Path = Describe(_byCard),
            Failure = failure ?? audit,
            AuditFailure = audit,
            Audited = _audit is not null,
            PayloadBytes = _received,
            Records = records,
            StreamBytes = _view.Bytes,
            BytesAgain = _view.Again,
            Counters = counters,
            HitRatio = 1,
            Sha256 = Convert.ToHexStringLower(_hash.GetCurrentHash()),
            ExpectedSha256 = wire.ContentSha256 ?? string.Empty,
            WireSha256 = _view.Sha256,
            Wire = wire,
            Sent = _view.Sent,
            RecordStarts = _view.RecordStarts,
            KernelSaw = _filter.Seen,
            KernelSawPlaintext = KernelSawPlaintext(),
        };
        return ReceiveResult.Of(result, kernel.RxRecordsDevice, kernel.RxRecordsMixed, kernel.RxRecordsSoftware, kernel.RxReencryptedBytes);
    }

    private bool KernelSawPlaintext()
    {
        var first = new byte[Math.Min(_filter.Seen.Length, _options.Content.Length)];
        _options.Content.Read(0, first);
        return first.Length > 0 && _filter.Seen.Span.SequenceEqual(first);
    }

    private bool Wait(Func<bool> condition)
    {
        bool held = false;
        _loop.RunUntil(() => (held = condition()) || _failure is not null, LimitPs, _cancellation);
        return held && _failure is null;
    }

    private MeteredRegion Allocate(int bytes, string name) => new(_receiver.Bus.AllocateDma(bytes), _meter, name);
}
