using NicEmu.Conformance.Oracle;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Handshake;
using NicEmu.Net;

namespace NicEmu.Board.Sessions;

/// <summary>What the wire oracle has to know about a socket whose keys were just set.</summary>
internal static class WireKeys
{
    /// <summary>Keys of both directions from the places on where the socket stands; with the secrets, so that key updates can be followed.</summary>
    /// <param name="connection">The socket's connection.</param>
    /// <param name="keys">Its keys.</param>
    public static (RecordKeys Tx, RecordKeys Rx) Of(TcpConnection connection, HandshakeResult keys) =>
        (Of(keys.Tx, keys.TxSecret, connection.SendSequence), Of(keys.Rx, keys.RxSecret, connection.ReadSequence));

    private static RecordKeys Of(TlsCryptoInfo info, TrafficSecret? secret, uint sequence) =>
        new(info.Version, info.Cipher, info.Key, info.Iv, info.RecordSequence, sequence) { Secret = secret?.Bytes ?? default };
}
