using NicEmu.Driver.Nic;
using NicEmu.Driver.Toe;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Paths;

/// <summary>
/// A connection of the card's TCP offload engine as a server of files sees it. What is given is named to the card piece by piece; the card reads it once and needs it no more, whatever
/// TCP has to repeat afterwards. Each call to <see cref="TrySend"/> is a record where the connection carries TLS.
/// </summary>
public sealed class ToeStreamSocket : IStreamSocket, IDisposable
{
    private static readonly byte[] CloseNotify = [1, 0];

    private readonly ToeSocket _socket;
    private readonly DmaBuffer? _alert;
    private readonly Queue<(DmaPiece[] Pieces, IPieceOwner Owner)> _waiting = new();
    private int _inCard;
    private int _held;
    private bool _closing;

    /// <summary>Takes over the sending side of a connection.</summary>
    /// <param name="socket">The connection, its handshake done.</param>
    /// <param name="bus">Where the alert at the end lies.</param>
    /// <param name="capacity">Bytes that the host gives at most before the card has read them.</param>
    /// <param name="endsWithAlert">Whether a TLS alert stands before the end of the stream.</param>
    public ToeStreamSocket(ToeSocket socket, IDeviceBus bus, int capacity, bool endsWithAlert)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(bus);
        (_socket, Capacity) = (socket, capacity);
        _alert = endsWithAlert ? bus.AllocateDma(CloseNotify.Length) : null;
        if (_alert is not null) CloseNotify.CopyTo(_alert.Span);
    }

    /// <inheritdoc/>
    public int Free => Capacity - _held;

    /// <inheritdoc/>
    public int Capacity { get; }

    /// <inheritdoc/>
    public Action? Writable { get; set; }

    /// <summary>Whether the card has forgotten the connection: all was acknowledged, or it failed.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The first command that did not end well; <see cref="ToeStatus.Ok"/> while there is none.</summary>
    public ToeStatus Failure { get; private set; }

    /// <inheritdoc/>
    public bool TrySend(ReadOnlySpan<DmaPiece> pieces, IPieceOwner owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        int length = 0;
        foreach (DmaPiece piece in pieces) length += piece.Length;
        if (length > Free) return false;
        _held += length;
        _waiting.Enqueue((pieces.ToArray(), owner));
        Post();
        return true;
    }

    /// <inheritdoc/>
    public void Close()
    {
        _closing = true;
        Post();
    }

    /// <summary>Gives back the memory of the alert.</summary>
    public void Dispose() => _alert?.Dispose();

    private void Post()
    {
        while (_inCard < ToeDevice.MaxPending && _waiting.TryDequeue(out (DmaPiece[] Pieces, IPieceOwner Owner) next))
        {
            _inCard++;
            _socket.Send(next.Pieces, (status, _) => OnTaken(status, next.Pieces, next.Owner));
        }

        if (!_closing || _waiting.Count > 0 || _inCard > 0) return;
        _closing = false;
        if (_alert is not null) _socket.Send([new DmaPiece(_alert.BusAddress, _alert.Length)], (status, _) => Note(status), (byte)TlsContentType.Alert);
        _socket.Close(status =>
        {
            Note(status);
            IsClosed = true;
        });
    }

    private void OnTaken(ToeStatus status, DmaPiece[] pieces, IPieceOwner owner)
    {
        _inCard--;
        Note(status);
        foreach (DmaPiece piece in pieces)
        {
            _held -= piece.Length;
            owner.Released(piece);
        }

        Post();
        Writable?.Invoke();
    }

    private void Note(ToeStatus status)
    {
        if (Failure == ToeStatus.Ok) Failure = status;
    }
}
