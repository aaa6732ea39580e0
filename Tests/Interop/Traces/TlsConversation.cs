using NicEmu.Spec.Events;
using NicEmu.Spec.Tls;
using NicEmu.Tests.Unit.Traces;

namespace NicEmu.Tests.Interop.Traces;

/// <summary>
/// A whole connection as the events of the device at the server's side: handshake, records of several sizes cut into segments, host frames, plaintext,
/// registers, and one retransmission. Sequence numbers wrap in the middle.
/// </summary>
internal sealed class TlsConversation
{
    public const ulong Handle = 0x0001_000000_000001;
    private const uint ServerInitial = 0xFFFF_E000;
    private const uint ClientInitial = 0x1000;
    private const int Mss = 1448;

    private readonly ITraceSink _sink;
    private readonly byte[] _client;
    private readonly byte[] _server;
    private readonly SyntheticTls _tls;
    private uint _serverNext = ServerInitial;
    private uint _clientNext = ClientInitial;
    private long _timePs;
    private ulong _record;

    public TlsConversation(ITraceSink sink, TlsVersion version, TlsCipher cipher, bool ipv6 = false)
    {
        _sink = sink;
        _client = ipv6 ? Convert.FromHexString("20010DB8000000000000000000000001") : TestFrames.ClientIpv4;
        _server = ipv6 ? Convert.FromHexString("20010DB8000000000000000000000002") : TestFrames.ServerIpv4;
        _tls = new SyntheticTls(version, cipher);
    }

    /// <summary>Called with each frame before it is recorded; may change it.</summary>
    public Action<int, byte[]>? Tamper { get; init; }

    /// <summary>Whether the key log is emitted.</summary>
    public bool EmitSecrets { get; init; } = true;

    /// <summary>Frames recorded so far on the wire.</summary>
    public int WireFrames { get; private set; }

    public (string A, string B) Parties => (ServerName, ClientName);

    public string ServerName => _server.Length == 4 ? "10.0.0.2:4433" : "[2001:db8::2]:4433";

    public string ClientName => _server.Length == 4 ? "10.0.0.1:40000" : "[2001:db8::1]:40000";

    /// <summary>Runs the handshake, then sends the records of both sides; of the server's first segment a copy is sent at the end.</summary>
    public void Run(IEnumerable<byte[]> serverRecords, IEnumerable<byte[]> clientRecords)
    {
        Register(TraceEventKind.MmioWrite, 0, 0x418C, 1);
        FromClient(0x02, []);
        _clientNext++;
        FromServer(0x12, [], 0);
        _serverNext++;
        FromClient(0x10, []);
        (string[] early, string[] late) = _tls.KeyLog;
        Secrets(early);
        Client(_tls.ClientHello());
        Server(_tls.ServerHello(), 0);
        Secrets(late);
        Server(_tls.KeyChange(fromServer: true), 0);
        Client(_tls.KeyChange(fromServer: false));
        Emit(new TraceEvent { Kind = TraceEventKind.ContextInstalled, Handle = Handle, TcpSequence = _serverNext, Code = 1, Value = 0x0304 });

        ulong number = 0;
        foreach (byte[] plaintext in clientRecords)
        {
            Client(_tls.Application(false, number++, plaintext));
        }

        uint firstSequence = _serverNext;
        byte[]? first = null;
        foreach (byte[] plaintext in serverRecords)
        {
            byte[] record = _tls.Application(true, _record, plaintext);
            first ??= record[..Math.Min(Mss, record.Length)];
            Register(TraceEventKind.MmioWrite, 2, 0x3000, (uint)_record + 1);
            Emit(new TraceEvent { Kind = TraceEventKind.RecordPlaintext, Handle = Handle, RecordNumber = _record, Code = 23 }, plaintext);
            Emit(new TraceEvent { Kind = TraceEventKind.RecordProtected, Handle = Handle, RecordNumber = _record, TcpSequence = _serverNext, Length = record.Length, Code = 23 });
            Server(record, Handle);
            _record++;
        }

        if (first is not null)
        {
            (uint next, _serverNext) = (_serverNext, firstSequence);
            _record = 0;
            FromServer(0x18, first, Handle);
            _serverNext = next;
        }
    }

    private void Client(byte[] bytes)
    {
        foreach (byte[] part in bytes.Chunk(Mss))
        {
            FromClient(0x18, part);
            _clientNext += (uint)part.Length;
        }
    }

    private void Server(byte[] bytes, ulong handle)
    {
        foreach (byte[] part in bytes.Chunk(Mss))
        {
            FromServer(0x18, part, handle);
            _serverNext += (uint)part.Length;
        }
    }

    private void FromClient(byte flags, byte[] payload)
    {
        byte[] frame = TestFrames.Tcp(_client, _server, 40000, 4433, _clientNext, flags == 0x02 ? 0 : _serverNext, flags, payload);
        Wire(new TraceEvent { Kind = TraceEventKind.FrameReceived }, frame);
        Emit(new TraceEvent { Kind = TraceEventKind.HostFrameReceived, Index = 1 }, frame);
    }

    private void FromServer(byte flags, byte[] payload, ulong handle)
    {
        byte[] frame = TestFrames.Tcp(_server, _client, 4433, 40000, _serverNext, _clientNext, flags, payload);
        Emit(new TraceEvent { Kind = TraceEventKind.HostFrameSent, Index = 3 }, frame);
        Wire(new TraceEvent { Kind = TraceEventKind.FrameSent, Handle = handle, RecordNumber = _record, TcpSequence = handle == 0 ? 0 : _serverNext }, frame);
    }

    private void Wire(in TraceEvent e, byte[] frame)
    {
        WireFrames++;
        Tamper?.Invoke(WireFrames, frame);
        Emit(e, frame);
    }

    private void Register(TraceEventKind kind, int bar, ulong offset, uint value) =>
        Emit(new TraceEvent { Kind = kind, Index = bar, Address = offset, Length = 4, Value = value });

    private void Secrets(string[] lines)
    {
        foreach (string line in EmitSecrets ? lines : [])
        {
            Emit(new TraceEvent { Kind = TraceEventKind.KeyLog, Text = line });
        }
    }

    private void Emit(in TraceEvent e, byte[]? data = null)
    {
        _timePs += 1_000_000;
        _sink.On(e with { TimePs = _timePs }, data);
    }
}
