using System.Security.Cryptography;
using NicEmu.Board.Bus;
using NicEmu.Board.Links;
using NicEmu.Board.Time;
using NicEmu.Conformance.Oracle;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Memory;
using NicEmu.Spec.Events;

namespace NicEmu.Board.Compare;

/// <summary>
/// Runs one data path: a server machine whose memory is metered and a client machine, each with a card, on one cable. The client checks every byte, an independent implementation opens
/// every record where it leaves the card, and the counts are those between the end of the handshake and the end of the connection.
/// </summary>
public sealed class CompareRig
{
    private const long BringUpPs = 10_000_000_000_000;
    private const long TimeLimitPs = 600_000_000_000_000;

    private readonly PathServer _server;
    private readonly CompareOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly EventLoop _loop = new();
    private readonly MemoryMeter _meter = new();
    private readonly TraceFanout _events = new();
    private readonly ShadowAudit? _audit;
    private readonly ITraceSink? _trace;
    private readonly ContextCount _contexts = new();
    private readonly NicBoard _board;
    private readonly ServeMachine _machine;
    private readonly HostKernel _clientHost;
    private readonly List<Connection> _connections = [];
    private string? _failure;

    private CompareRig(PathServer server, CompareOptions options, int clients, CancellationToken cancellation)
    {
        (_server, _options, _cancellation) = (server, options, cancellation);
        if (options.Audit) _meter.Observer = _audit = new ShadowAudit(_meter);
        var cable = new PairLink(_loop);
        ulong seed = new SeededRandom(options.Seed).Fork("network").NextUInt64();
        _board = new NicBoard(_loop, cable.A, server.Configure(new NicBoardOptions { Number = 0, Seed = seed, Meter = _meter }, options));
        _board.Trace.Sink = _events;
        _events.Add(_contexts);
        _trace = options.TraceOf?.Invoke(server.Description.Id);
        if (_trace is not null) _events.Add(_trace);
        _machine = new ServeMachine(_loop, _board, _meter, options);
        var clientBoard = new NicBoard(_loop, cable.B, new NicBoardOptions { Number = 1, Seed = seed });
        _clientHost = clientBoard.CreateHost(ServeMachine.HostOptionsOf(options, isServer: false));
        for (int i = 0; i < clients; i++) _connections.Add(new Connection(this, i));
    }

    /// <summary>Runs a path.</summary>
    /// <param name="server">The path, not started.</param>
    /// <param name="options">What is served, and how.</param>
    /// <param name="clients">Clients that get the file, one after the other, at least 1.</param>
    /// <param name="cancellation">Checked between events.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was requested.</exception>
    public static PathResult Run(PathServer server, CompareOptions options, int clients = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(clients, 1);
        options.Validate();
        var rig = new CompareRig(server, options, clients, cancellation);
        try
        {
            return rig.Run();
        }
        finally
        {
            foreach (Connection connection in rig._connections) connection.Dispose();
            (server as IDisposable)?.Dispose();
            (rig._trace as IDisposable)?.Dispose();
        }
    }

    private bool IsTls => _server.Description.IsTls;

    private PathResult Run()
    {
        _server.Start(_machine);
        _clientHost.Start();
        MemoryCounters before = _meter.Snapshot();
        long cardBefore = 0;
        if (!Wait(() => _server.IsReady && _clientHost.IsReady, BringUpPs)) Fail("The cards did not come up.");
        _server.Listen();
        // All connections stand before the first byte is counted, so that no handshake is.
        foreach (Connection connection in _connections) connection.Open();
        if (_failure is null) (before, cardBefore) = (_meter.Snapshot(), _board.Metered!.Bytes);
        for (int i = 0; i < _connections.Count && _failure is null; i++) _connections[i].Serve();
        if (!Wait(() => _server.IsDone, TimeLimitPs)) Fail("The server did not end.");
        MemoryCounters counters = _meter.Snapshot().Since(before);
        return Judge(_server.Complete(Result(counters) with { CardBytes = _board.Metered!.Bytes - cardBefore }));
    }

    private PathResult Result(MemoryCounters counters)
    {
        Connection first = _connections[0];
        int perClient = (_options.Content.Length + _options.RecordPayload - 1) / _options.RecordPayload;
        return new PathResult
        {
            Path = _server.Description,
            PayloadBytes = _connections.Sum(c => (long)c.Client.Received),
            Records = (long)perClient * _connections.Count,
            StreamBytes = _connections.Sum(static c => c.View.Bytes),
            BytesAgain = _connections.Sum(static c => c.View.Again),
            Counters = counters,
            HitRatio = HitRatio(),
            Sha256 = first.Client.Sha256,
            ExpectedSha256 = Hash(_machine.Served),
            WireSha256 = first.View.Sha256,
            OtherWireSha256 = [.. _connections.Skip(1).Select(static c => c.View.Sha256)],
            Wire = first.Oracle?.Report(),
            Sent = first.View.Sent,
            RecordStarts = first.View.RecordStarts,
            KernelSaw = _machine.Filter.Seen,
            KernelSawPlaintext = KernelSawPlaintext(),
            CardContexts = _contexts.Installed,
            ContextMisses = (long)_board.Device.ContextCache.Misses,
            Pair = first.Pair.Pair,
            Audited = _audit is not null,
        };
    }

    private PathResult Judge(PathResult result)
    {
        string? failure = _failure ?? _server.Failure ?? _connections.Select(static c => c.Failure ?? c.Oracle?.Report().Failure).FirstOrDefault(static f => f is not null) ?? result.Failure;
        if (failure is null && result.Sha256 != result.ExpectedSha256) failure = "What the client received is not the file.";
        if (failure is null && result.Wire is { } wire && wire.ContentSha256 != result.ExpectedSha256) failure = "The records on the wire do not hold the file.";
        if (!PageCacheIsIntact()) failure ??= "The page cache does not hold the file any more.";
        long unmetered = result.Counters[MemoryEvent.UnmeteredPayloadBytes];
        if (unmetered > 0) failure ??= $"The card moved {unmetered} bytes of payload in memory that is not metered.";
        string? audit = _audit?.Finish();
        return result with { Failure = failure ?? audit, AuditFailure = audit };
    }

    /// <summary>Whatever was made of the file, its pages belong to everyone and stay as they were.</summary>
    private bool PageCacheIsIntact()
    {
        Span<byte> there = stackalloc byte[PagePool.PageBytes];
        Span<byte> expected = stackalloc byte[PagePool.PageBytes];
        CachedFile file = _machine.File;
        for (int at = 0; at < file.Length; at += there.Length)
        {
            int length = Math.Min(there.Length, file.Length - at);
            if (!file.IsResident(at, length)) continue;
            file.Read(at, there[..length]);
            _machine.Served.Read(at, expected[..length]);
            if (!there[..length].SequenceEqual(expected[..length])) return false;
        }

        return true;
    }

    /// <summary>Later clients find in memory what storage brought for the first.</summary>
    private double HitRatio()
    {
        double first = (double)_machine.ResidentBytes / _options.Content.Length;
        return (first + _connections.Count - 1) / _connections.Count;
    }

    private bool KernelSawPlaintext()
    {
        ReadOnlySpan<byte> seen = _machine.Filter.Seen.Span;
        if (seen.IsEmpty) return false;
        var first = new byte[Math.Min(seen.Length, _options.Content.Length)];
        _machine.Served.Read(0, first);
        return seen.StartsWith(first);
    }

    private bool Wait(Func<bool> condition, long limitPs)
    {
        bool held = false;
        _loop.RunUntil(() => (held = condition()) || HasFailed(), limitPs, _cancellation);
        return held && !HasFailed();
    }

    private bool HasFailed() => _failure is not null || _server.Failure is not null || _connections.Exists(static c => c.Failure is not null);

    private void Fail(string why) => _failure ??= why;

    private static string Hash(StorageContent content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[65536];
        for (int at = 0; at < content.Length;)
        {
            Span<byte> part = buffer.AsSpan(0, Math.Min(buffer.Length, content.Length - at));
            content.Read(at, part);
            hash.AppendData(part);
            at += part.Length;
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    /// <summary>Counts the TLS contexts that are installed in the server's card.</summary>
    private sealed class ContextCount : ITraceSink
    {
        public int Installed { get; private set; }

        public void On(in TraceEvent e, ReadOnlySpan<byte> data) => Installed += e.Kind == TraceEventKind.ContextInstalled && e.Device == 0 ? 1 : 0;
    }

    /// <summary>One client with what watches its stream.</summary>
    private sealed class Connection(CompareRig rig, int number) : IDisposable
    {
        public CompareClient Client { get; } = new(rig._machine.Served, line => rig._board.Trace.Emit(new TraceEvent { Kind = TraceEventKind.KeyLog, Text = line }));

        public WireView View { get; } = new(0, ServeMachine.Port, rig.IsTls);

        public PairCapture Pair { get; } = new(0);

        public WireOracle? Oracle { get; } = rig.IsTls ? new WireOracle(0, TraceEventKind.FrameSent, ServeMachine.Port) : null;

        public string? Failure => Client.Failure ?? View.Failure;

        public void Open()
        {
            if (rig.HasFailed()) return;
            if (Oracle is not null) rig._events.Add(Oracle);
            Client.Connect(rig._clientHost, rig.IsTls, ServeMachine.HandshakeOf(rig._options, number, isServer: false));
            if (!rig.Wait(() => Client.IsSecured && rig._server.Connections.Count > number, TimeLimitPs)) rig.Fail("The connection did not open.");
        }

        public void Serve()
        {
            ServedConnection served = rig._server.Connections[number];
            uint sequence = served.Sequence ?? Client.Start;
            View.Begin(sequence, served.ClientPort);
            Pair.Begin(sequence);
            rig._events.Add(View);
            rig._events.Add(Pair);
            if (Oracle is not null && Client.Keys is { } keys) Oracle.Begin(new RecordKeys(keys.Version, keys.Cipher, keys.Rx.Key, keys.Rx.Iv, keys.Rx.RecordSequence, Client.Start));
            rig._board.Network!.Outgoing.Profile = new LossProfile { Drop = rig._options.Loss, Reorder = rig._options.Reorder };
            rig._server.Serve(number);
            if (!rig.Wait(() => Client.IsDone, TimeLimitPs)) rig.Fail($"Client {number} got {Client.Received} of {rig._options.Content.Length} bytes.");
        }

        public void Dispose()
        {
            Client.Dispose();
            View.Dispose();
        }
    }
}
