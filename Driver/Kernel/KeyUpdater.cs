using NicEmu.Driver.Crypto;
using NicEmu.Driver.Handshake;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Kernel;

/// <summary>Changes the keys of a TLS 1.3 socket as its user-space library does: sends and answers KeyUpdate messages (RFC 8446 §4.6.3) and hands the next keys down.</summary>
public sealed class KeyUpdater
{
    private const byte MessageType = 24;
    private const byte NotRequested = 0;
    private const byte Requested = 1;

    private readonly HostSocket _socket;
    private TrafficSecret _tx;
    private TrafficSecret _rx;
    private bool _owesAnswer;

    /// <summary>Takes over the keys of a socket, and its <see cref="HostSocket.KeyExpired"/>.</summary>
    /// <param name="socket">A socket whose keys were set from a handshake.</param>
    /// <param name="keys">The handshake's outcome.</param>
    /// <exception cref="ArgumentException">TLS 1.2 has no key update.</exception>
    public KeyUpdater(HostSocket socket, HandshakeResult keys)
    {
        if (keys.TxSecret is not { } tx || keys.RxSecret is not { } rx) throw new ArgumentException("TLS 1.2 has no key update.", nameof(keys));
        (_socket, _tx, _rx) = (socket, tx, rx);
        socket.KeyExpired = OnKeyExpired;
    }

    /// <summary>Updates sent so far.</summary>
    public int Sent { get; private set; }

    /// <summary>Updates received so far.</summary>
    public int Received { get; private set; }

    /// <summary>Called with each new sending key and the TCP sequence number of its first record.</summary>
    public Action<TlsCryptoInfo, uint>? SendingKeyChanged { get; set; }

    /// <summary>Called with each new receiving key.</summary>
    public Action<TlsCryptoInfo>? ReceivingKeyChanged { get; set; }

    /// <summary>Sends a KeyUpdate message and changes the sending key behind it.</summary>
    /// <param name="requestPeer">Whether the peer is asked to change its key too.</param>
    /// <returns>False when the message did not fit; the old key stays.</returns>
    public bool TryUpdate(bool requestPeer = false)
    {
        if (_socket.Write(TlsContentType.Handshake, [MessageType, 0, 0, 1, requestPeer ? Requested : NotRequested]) == 0) return false;
        _tx = _tx.Next();
        TlsCryptoInfo keys = _tx.Keys();
        uint start = _socket.Connection.SendSequence;
        _socket.UpdateTlsTx(keys);
        Sent++;
        _owesAnswer = false;
        SendingKeyChanged?.Invoke(keys, start);
        return true;
    }

    /// <summary>Sends the answer that is owed to the peer, if one is and it fits; call it before application data.</summary>
    public void Answer()
    {
        if (_owesAnswer) TryUpdate();
    }

    /// <summary>Looks at a record that arrived; call it for each.</summary>
    /// <returns>Whether it was a KeyUpdate message, and so nothing for the application.</returns>
    public bool OnRecord(TlsContentType type, ReadOnlySpan<byte> content)
    {
        if (type != TlsContentType.Handshake || content.Length != 5 || content[0] != MessageType) return false;
        _owesAnswer |= content[4] == Requested;
        return true;
    }

    private void OnKeyExpired()
    {
        _rx = _rx.Next();
        TlsCryptoInfo keys = _rx.Keys();
        Received++;
        _socket.UpdateTlsRx(keys);
        ReceivingKeyChanged?.Invoke(keys);
        Answer();
    }
}
