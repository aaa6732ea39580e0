using NicEmu.Driver.Handshake;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Seams;

namespace NicEmu.Driver.Toe;

/// <summary>Runs a TLS handshake on the host over a connection of the card, in plain records, and then lets the card carry the records of both directions.</summary>
public sealed class ToeTlsUpgrade
{
    private const int BufferBytes = 16384;

    private readonly ToeSocket _socket;
    private readonly TlsHandshake _handshake;
    private readonly Action<ToeTlsUpgrade> _done;
    private readonly DmaBuffer _output;
    private readonly DmaBuffer _input;
    private readonly int _fragmentBytes;
    private ulong _sent;
    private ulong _received;
    private bool _isSending;
    private bool _isReceiving;
    private bool _ended;

    private ToeTlsUpgrade(ToeDriver driver, ToeSocket socket, TlsHandshake handshake, int fragmentBytes, Action<ToeTlsUpgrade> done)
    {
        (_socket, _handshake, _fragmentBytes, _done) = (socket, handshake, fragmentBytes, done);
        _output = driver.Nic.Bus.AllocateDma(BufferBytes);
        _input = driver.Nic.Bus.AllocateDma(BufferBytes);
        Advance();
    }

    /// <summary>The handshake.</summary>
    public TlsHandshake Handshake => _handshake;

    /// <summary>How the last step in the card ended; Ok when both directions carry TLS.</summary>
    public ToeStatus Status { get; private set; }

    /// <summary>Whether both directions carry TLS now.</summary>
    public bool IsSecured => _handshake.State == HandshakeState.Complete && Status == ToeStatus.Ok;

    /// <summary>Starts as client.</summary>
    /// <param name="driver">The engine.</param>
    /// <param name="socket">A connection with nothing sent or received.</param>
    /// <param name="options">What to offer.</param>
    /// <param name="done">Called at the end.</param>
    /// <param name="fragmentBytes">Most bytes in a record that the card sends.</param>
    public static ToeTlsUpgrade Client(ToeDriver driver, ToeSocket socket, HandshakeOptions options, Action<ToeTlsUpgrade> done, int fragmentBytes = 16384) =>
        new(driver, socket, TlsHandshake.StartClient(options), fragmentBytes, done);

    /// <summary>Starts as server.</summary>
    /// <param name="driver">The engine.</param>
    /// <param name="socket">A connection with nothing sent or received.</param>
    /// <param name="options">What to accept.</param>
    /// <param name="done">Called at the end.</param>
    /// <param name="fragmentBytes">Most bytes in a record that the card sends.</param>
    public static ToeTlsUpgrade Server(ToeDriver driver, ToeSocket socket, HandshakeOptions options, Action<ToeTlsUpgrade> done, int fragmentBytes = 16384) =>
        new(driver, socket, TlsHandshake.StartServer(options), fragmentBytes, done);

    private void Advance()
    {
        if (_ended || _isSending) return;
        int count = _handshake.TakeOutput(_output.Span);
        if (count > 0)
        {
            _isSending = true;
            _socket.Send([new DmaPiece(_output.BusAddress, count)], OnSent);
        }
        else if (_handshake.State != HandshakeState.Running)
        {
            End();
        }
        else if (!_isReceiving)
        {
            // Not a byte more than the handshake takes: what follows is for the record layer.
            _isReceiving = true;
            _socket.Receive([new DmaPiece(_input.BusAddress, Math.Min(BufferBytes, _handshake.BytesWanted))], OnReceived);
        }
    }

    private void OnSent(ToeStatus status, int length)
    {
        _isSending = false;
        _sent += (ulong)length;
        Go(status);
    }

    private void OnReceived(ToeReceived received)
    {
        _isReceiving = false;
        _received += (ulong)received.Length;
        if (received.Status == ToeStatus.Ok) _handshake.Input(_input.Span[..received.Length]);
        else _handshake.OnEndOfStream();
        Go(received.Status);
    }

    private void Go(ToeStatus status)
    {
        if (status == ToeStatus.Ok) Advance();
        else Finish(status);
    }

    private void End()
    {
        if (_handshake.Result is not { } result)
        {
            Finish(ToeStatus.Ok);
            return;
        }

        _ended = true;
        _socket.SwitchTls(false, result.Tx, tx =>
        {
            if (tx != ToeStatus.Ok) Finish(tx);
            else _socket.SwitchTls(true, result.Rx, Finish, _received);
        }, _sent, _fragmentBytes);
    }

    private void Finish(ToeStatus status)
    {
        _ended = true;
        Status = status;
        _output.Dispose();
        _input.Dispose();
        _done(this);
    }
}
