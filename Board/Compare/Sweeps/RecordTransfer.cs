using NicEmu.Board.Links;
using NicEmu.Board.Time;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Net;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>
/// A transfer of records between two machines over a network that loses segments of the sender; the receiver's card decrypts, and every record that arrives
/// is compared. TLS 1.3 with AES-128-GCM under drawn keys.
/// </summary>
internal sealed class RecordTransfer : IDisposable
{
    /// <summary>Header, inner type and tag of TLS 1.3.</summary>
    public const int Overhead = 5 + 1 + 16;

    private const long SecondPs = 1_000_000_000_000;
    private const long DrainPs = 5 * SecondPs;
    private const ushort Port = 4433;

    /// <summary>Roomy: a segment for whose requests there is no room would go by software.</summary>
    private static readonly NicOptions Ring = new() { Mtu = 9000, TxRingLog2 = 12, TxArenaBytes = 1 << 22 };

    private static readonly IpAddress SenderAddress = IpAddress.Parse("10.0.0.1");
    private static readonly IpAddress ReceiverAddress = IpAddress.Parse("10.0.0.2");

    private readonly EventLoop _loop = new();
    private readonly NicBoard _near;
    private readonly NicBoard _far;
    private readonly HostKernel _sender;
    private readonly HostKernel _receiver;
    private readonly RecordTransferOptions _options;
    private readonly byte[] _content;
    private readonly TlsCryptoInfo _keys;
    private readonly CancellationToken _cancellation;
    private int _sent;
    private string? _failure;

    /// <summary>Builds the machines.</summary>
    /// <param name="options">What is sent.</param>
    /// <param name="random">Decides about everything that is drawn.</param>
    /// <param name="cancellation">Checked between events.</param>
    public RecordTransfer(RecordTransferOptions options, SeededRandom random, CancellationToken cancellation)
    {
        (_options, _cancellation) = (options, cancellation);
        var cable = new PairLink(_loop);
        _near = new NicBoard(_loop, cable.A, new NicBoardOptions { Number = 0, Seed = random.Fork("near").NextUInt64() });
        _far = new NicBoard(_loop, cable.B, new NicBoardOptions { Number = 1, Seed = random.Fork("far").NextUInt64() });
        _near.Network!.Outgoing.Profile = new LossProfile { Drop = options.Loss };
        ulong seed = random.Fork("hosts").NextUInt64();
        var host = new HostOptions { MaxRecordPayload = options.Record, Tcp = options.Tcp, Nic = Ring, RetransmitLimitPercent = 100, SegmentationOffload = false };
        _sender = _near.CreateHost(host with { Ipv4Address = SenderAddress, Seed = seed, OffloadTx = options.Strategy is not null, Strategy = options.Strategy ?? default });
        _receiver = _far.CreateHost(host with { Ipv4Address = ReceiverAddress, Seed = seed + 1 });
        _content = new byte[options.Record];
        random.Fork("content").Fill(_content);
        var secret = new byte[28];
        random.Fork("key").Fill(secret);
        _keys = new TlsCryptoInfo(TlsVersion.Tls13, TlsCipher.Aes128Gcm, secret.AsSpan(0, 16), secret.AsSpan(16), 0);
    }

    /// <summary>Records that arrived.</summary>
    public int Arrived { get; private set; }

    /// <summary>Segments that the network lost.</summary>
    public long SegmentsLost => _near.Network!.Outgoing.Dropped;

    /// <summary>What the receiving host counted.</summary>
    public KtlsCounters Received => _receiver.Counters;

    /// <summary>Bytes that the sender's card read to make bytes that it did not send then.</summary>
    public long ExtraBytes { get; private set; }

    /// <summary>Transfers.</summary>
    /// <exception cref="SweepFailedException">A byte that arrived is wrong, or somebody broke a rule.</exception>
    public void Run()
    {
        _sender.Start();
        _receiver.Start();
        Wait(() => _sender.IsReady && _receiver.IsReady && _sender.Nic.LinkUp && _receiver.Nic.LinkUp, 10 * SecondPs, "The cards did not come up.");
        HostSocket? accepted = null;
        bool open = false;
        _receiver.Listen(Port, socket => accepted = socket);
        HostSocket socket = _sender.Connect(ReceiverAddress, Port);
        socket.Opened = () => open = true;
        Wait(() => open && accepted is not null, 600 * SecondPs, "The connection did not open.");
        accepted!.Record = OnRecord;
        accepted.Failed = error => _failure ??= $"A record was refused: {error}.";
        accepted.SetTlsRx(_keys);
        if (_options.Sent is { } sent) _near.Trace.Sink = new SentSegments(socket.Connection.SendSequence, sent);
        socket.SetTlsTx(_keys);
        KtlsState wanted = _options.Strategy is null ? KtlsState.Software : KtlsState.Device;
        Wait(() => accepted.RxState == KtlsState.Device && socket.TxState == wanted, 10 * SecondPs, "The cards did not take the connection.");
        socket.Writable = () => Push(socket);
        Push(socket);
        Wait(() => Arrived == _options.Records, 360_000 * SecondPs, "The transfer did not come to its end.");

        // Something may still be on its way twice.
        _loop.RunUntil(static () => false, DrainPs, _cancellation);
        if (socket.TxState != wanted) throw new SweepFailedException($"The connection is in {socket.TxState}.");
        ExtraBytes = (long)(_sender.Nic.ReadCounter(NativeMap.Statistics.TxTlsReplayBytes) + _sender.Nic.ReadCounter(NativeMap.Statistics.TxTlsWasteBytes));
        if (_near.Trace.GuestErrors + _far.Trace.GuestErrors > 0) throw new SweepFailedException("The cards reported mistakes of their drivers.");
    }

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
    }

    private void Push(HostSocket socket)
    {
        while (_sent < _options.Records && socket.Write(_content) == _content.Length)
        {
            _sent++;
            if (_options.IsAligned) socket.Connection.MarkSegmentBoundary();
        }
    }

    private void OnRecord(TlsContentType type, ReadOnlySpan<byte> content)
    {
        if (type != TlsContentType.ApplicationData || !content.SequenceEqual(_content)) _failure ??= $"Record {Arrived} holds another content.";
        Arrived++;
    }

    private void Wait(Func<bool> condition, long limitPs, string otherwise)
    {
        bool held = _loop.RunUntil(() => condition() || _failure is not null, limitPs, _cancellation);
        _failure ??= held ? null : otherwise;
        if (_failure is not null) throw new SweepFailedException(_failure);
    }
}
