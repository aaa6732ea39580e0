using System.Buffers.Binary;
using NicEmu.Spec.Tls;
using Org.BouncyCastle.Tls;

namespace NicEmu.Driver.Handshake;

/// <summary>
/// One end of a genuine TLS handshake without I/O. It takes exactly the records of the handshake and not a byte more,
/// so that whatever follows stays with TCP for the record layer in the kernel.
/// </summary>
public sealed class TlsHandshake
{
    // RFC 5246 §6.2.3: the longest record that may come before the record layer knows its cipher.
    private const int MaxLengthField = TlsRecordLayout.MaxPlaintextLength + 2048;

    private readonly TlsProtocol _protocol;
    private readonly HandshakeSecrets _secrets;
    private readonly byte[] _record = new byte[TlsRecordLayout.HeaderLength + MaxLengthField];
    private int _have;
    private int _length = TlsRecordLayout.HeaderLength;

    private TlsHandshake(TlsProtocol protocol, HandshakeSecrets secrets) => (_protocol, _secrets) = (protocol, secrets);

    /// <summary>How far it is.</summary>
    public HandshakeState State { get; private set; }

    /// <summary>Keys, once <see cref="State"/> is Complete.</summary>
    public HandshakeResult? Result => State == HandshakeState.Complete ? _secrets.Result : null;

    /// <summary>Why <see cref="State"/> is Failed, in words of the TLS library.</summary>
    public string? Failure { get; private set; }

    /// <summary>Bytes that <see cref="Input"/> takes next at most; 0 when the handshake has ended.</summary>
    public int BytesWanted => State == HandshakeState.Running ? _length - _have : 0;

    /// <summary>Bytes that wait to be sent.</summary>
    public int OutputAvailable => _protocol.GetAvailableOutputBytes();

    /// <summary>Starts as client: its first message waits to be sent at once.</summary>
    /// <param name="options">What to offer.</param>
    public static TlsHandshake StartClient(HandshakeOptions options)
    {
        var secrets = new HandshakeSecrets(options.KeyLog);
        var protocol = new TlsClientProtocol();
        protocol.Connect(new ClientPeer(new(SeededRandom.Create(options.Seed, "client")), options, secrets));
        return new(protocol, secrets);
    }

    /// <summary>Starts as server.</summary>
    /// <param name="options">What to accept.</param>
    /// <exception cref="ArgumentException">No identity is given.</exception>
    public static TlsHandshake StartServer(HandshakeOptions options)
    {
        if (options.Identity is null) throw new ArgumentException("A server needs an identity.", nameof(options));
        var secrets = new HandshakeSecrets(options.KeyLog);
        var protocol = new TlsServerProtocol();
        protocol.Accept(new ServerPeer(new(SeededRandom.Create(options.Seed, "server")), options, secrets));
        return new(protocol, secrets);
    }

    /// <summary>Takes bytes of the stream.</summary>
    /// <param name="bytes">At most <see cref="BytesWanted"/> bytes.</param>
    /// <exception cref="ArgumentException">More than wanted.</exception>
    public void Input(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BytesWanted) throw new ArgumentException("More bytes than wanted.", nameof(bytes));
        bytes.CopyTo(_record.AsSpan(_have));
        _have += bytes.Length;
        if (_have < _length) return;
        if (_length == TlsRecordLayout.HeaderLength)
        {
            int lengthField = BinaryPrimitives.ReadUInt16BigEndian(_record.AsSpan(3));
            if (lengthField > MaxLengthField)
            {
                Fail("A record is longer than the protocol allows.");
                return;
            }

            _length += lengthField;
            if (lengthField > 0) return;
        }

        Process();
    }

    /// <summary>Takes bytes that wait to be sent.</summary>
    /// <param name="destination">Receives them.</param>
    /// <returns>Their number.</returns>
    public int TakeOutput(Span<byte> destination)
    {
        var bytes = new byte[Math.Min(destination.Length, OutputAvailable)];
        int count = _protocol.ReadOutput(bytes, 0, bytes.Length);
        bytes.AsSpan(0, count).CopyTo(destination);
        return count;
    }

    /// <summary>Seals application data with the library's own record layer, for a program whose kernel knows no TLS. The keys must not be in use elsewhere.</summary>
    /// <param name="content">At most one record of content.</param>
    /// <exception cref="InvalidOperationException">The handshake is not complete.</exception>
    public void Write(ReadOnlySpan<byte> content)
    {
        if (State != HandshakeState.Complete) throw new InvalidOperationException("No keys yet.");
        _protocol.WriteApplicationData(content);
    }

    /// <summary>Says close_notify with the library's own record layer.</summary>
    public void Close() => _protocol.Close();

    /// <summary>The stream ended: a handshake that is not complete has failed.</summary>
    public void OnEndOfStream()
    {
        if (State == HandshakeState.Running) Fail("The stream ended.");
    }

    private void Process()
    {
        // The library decrypts in the array that it is given.
        byte[] record = _record.AsSpan(0, _length).ToArray();
        (_have, _length) = (0, TlsRecordLayout.HeaderLength);
        try
        {
            _protocol.OfferInput(record);
        }
        catch (IOException error)
        {
            Fail(error.Message);
            return;
        }

        if (_secrets.Result is not null) State = HandshakeState.Complete;
        else if (_protocol.IsClosed) Fail("The peer closed the connection.");
    }

    private void Fail(string why) => (State, Failure) = (HandshakeState.Failed, why);
}
