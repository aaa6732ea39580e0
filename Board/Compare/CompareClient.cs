using System.Security.Cryptography;
using NicEmu.Driver.Handshake;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Memory;
using NicEmu.Net;
using NicEmu.Spec.Tls;

namespace NicEmu.Board.Compare;

/// <summary>The other end of every path: it takes the file over TCP, with TLS by its own software, and compares every byte with what storage holds.</summary>
internal sealed class CompareClient : IDisposable
{
    private readonly StorageContent _content;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _expected = new byte[TlsRecordLayout.MaxPlaintextLength];
    private readonly byte[] _buffer = new byte[TlsRecordLayout.MaxPlaintextLength];
    private readonly Action<string>? _keyLog;

    public CompareClient(StorageContent content, Action<string>? keyLog) => (_content, _keyLog) = (content, keyLog);

    public HostSocket Socket { get; private set; } = null!;

    public int Received { get; private set; }

    public bool SawEnd { get; private set; }

    public string? Failure { get; private set; }

    public bool IsSecured { get; private set; }

    /// <summary>Keys of what the server sends; null without TLS.</summary>
    public HandshakeResult? Keys { get; private set; }

    /// <summary>TCP sequence number of the server's first record under those keys.</summary>
    public uint Start { get; private set; }

    public string Sha256 => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public bool IsDone => Received == _content.Length && SawEnd;

    public void Connect(HostKernel host, bool isTls, HandshakeOptions handshake)
    {
        Socket = host.Connect(ServeMachine.Address(isServer: true), ServeMachine.Port);
        Socket.Closed = reason =>
        {
            if (reason != TcpCloseReason.Graceful && !IsDone) Failure ??= $"The connection ended: {reason}.";
        };
        if (isTls)
        {
            TlsUpgrade.Client(Socket, handshake with { KeyLog = _keyLog }, OnSecured);
            return;
        }

        Socket.Opened = () => IsSecured = true;
        Socket.Readable = Read;
        Socket.EndOfStream = OnEnd;
    }

    public void Dispose() => _hash.Dispose();

    private void OnSecured(TlsUpgrade upgrade)
    {
        if (upgrade.Handshake.Result is not { } keys)
        {
            Failure ??= $"The handshake failed: {upgrade.Handshake.Failure}";
            return;
        }

        (Keys, Start, IsSecured) = (keys, Socket.Connection.ReadSequence, true);
        Socket.Record = OnRecord;
        Socket.EndOfStream = OnEnd;
        Socket.Failed = error => Failure ??= $"A received record was refused: {error}.";
    }

    private void OnRecord(TlsContentType type, ReadOnlySpan<byte> content)
    {
        if (type == TlsContentType.ApplicationData) Take(content);
        else if (type == TlsContentType.Alert && !content.SequenceEqual<byte>([1, 0])) Failure ??= "An alert came that is no end.";
    }

    private void Read()
    {
        for (int count; (count = Socket.Read(_buffer)) > 0;) Take(_buffer.AsSpan(0, count));
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        if (bytes.Length > _content.Length - Received)
        {
            Failure ??= "More arrived than the file holds.";
            return;
        }

        Span<byte> expected = _expected.AsSpan(0, bytes.Length);
        _content.Read(Received, expected);
        if (!bytes.SequenceEqual(expected)) Failure ??= $"Byte {Received + bytes.CommonPrefixLength(expected)} of the file arrived changed.";
        Received += bytes.Length;
    }

    private void OnEnd()
    {
        Read();
        SawEnd = true;
        Socket.Close();
    }
}
