using NicEmu.Board.Links;
using NicEmu.Board.Time;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Net;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Compare.Sweeps;

/// <summary>
/// A transfer between two machines over a network that loses segments of the sender, and what the receiving card made of its records. TLS 1.3 with
/// AES-128-GCM under drawn keys; the sender's software encrypts; no time stamps, so that every segment carries a whole MSS.
/// </summary>
internal sealed class ShareRun : IDisposable
{
    /// <summary>Header, inner type and tag of TLS 1.3.</summary>
    public const int Overhead = 5 + 1 + 16;

    private const long SecondPs = 1_000_000_000_000;
    private const ushort Port = 4433;

    private readonly EventLoop _loop = new();
    private readonly NicBoard _near;
    private readonly NicBoard _far;
    private readonly HostKernel _sender;
    private readonly HostKernel _receiver;
    private readonly byte[] _content;
    private readonly int _records;
    private readonly bool _isAligned;
    private readonly TlsCryptoInfo _keys;
    private readonly CancellationToken _cancellation;
    private int _sent;
    private string? _failure;

    /// <param name="loss">Probability that a segment of the sender is lost.</param>
    /// <param name="record">Content of a record in bytes.</param>
    /// <param name="mss">TCP payload of a segment in bytes.</param>
    /// <param name="window">Records that may be in flight: the sender's buffer, which takes whole records only.</param>
    /// <param name="isAligned">Whether every record begins with a segment; else the stream is cut wherever it happens.</param>
    /// <param name="records">Records sent.</param>
    /// <param name="random">Decides about everything that is drawn.</param>
    /// <param name="cancellation">Checked between events.</param>
    public ShareRun(double loss, int record, int mss, int window, bool isAligned, int records, SeededRandom random, CancellationToken cancellation)
    {
        (_records, _isAligned, _cancellation) = (records, isAligned, cancellation);
        var cable = new PairLink(_loop);
        _near = new NicBoard(_loop, cable.A, new NicBoardOptions { Number = 0, Seed = random.Fork("near").NextUInt64() });
        _far = new NicBoard(_loop, cable.B, new NicBoardOptions { Number = 1, Seed = random.Fork("far").NextUInt64() });
        _near.Network!.Outgoing.Profile = new LossProfile { Drop = loss };
        var tcp = new TcpConfig { MaximumSegmentSize = mss, Timestamps = false, SendBufferBytes = window * (record + Overhead), ReceiveBufferBytes = 1 << 20 };
        ulong seed = random.Fork("hosts").NextUInt64();
        _sender = _near.CreateHost(new HostOptions { Ipv4Address = IpAddress.Parse("10.0.0.1"), OffloadTx = false, MaxRecordPayload = record, Tcp = tcp, Seed = seed });
        _receiver = _far.CreateHost(new HostOptions { Ipv4Address = IpAddress.Parse("10.0.0.2"), Tcp = tcp, Seed = seed + 1 });
        _content = new byte[record];
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
        HostSocket socket = _sender.Connect(IpAddress.Parse("10.0.0.2"), Port);
        socket.Opened = () => open = true;
        Wait(() => open && accepted is not null, 600 * SecondPs, "The connection did not open.");
        accepted!.Record = OnRecord;
        accepted.Failed = error => _failure ??= $"A record was refused: {error}.";
        accepted.SetTlsRx(_keys);
        socket.SetTlsTx(_keys);
        Wait(() => accepted.RxState == KtlsState.Device && socket.TxState == KtlsState.Software, 10 * SecondPs, "The card did not take the connection.");
        socket.Writable = () => Push(socket);
        Push(socket);
        Wait(() => Arrived == _records, 360_000 * SecondPs, "The transfer did not come to its end.");
        if (_near.Trace.GuestErrors + _far.Trace.GuestErrors > 0) throw new SweepFailedException("The cards reported mistakes of their drivers.");
    }

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
    }

    private void Push(HostSocket socket)
    {
        while (_sent < _records && socket.Write(_content) == _content.Length)
        {
            _sent++;
            if (_isAligned) socket.Connection.MarkSegmentBoundary();
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
