using System.Buffers.Binary;

namespace NicEmu.Traces;

/// <summary>
/// Decides how long packets wait for secrets. A client learns its secrets from the ServerHello, whose frame may already hold records that need them; so
/// packets wait from a ServerHello on until the last secret of a connection is told.
/// </summary>
internal sealed class SecretsHold(PcapngWriter writer)
{
    /// <summary>Bytes that wait at most: a connection whose secrets nobody tells must not hold the trace.</summary>
    private const int MostBytes = 1 << 20;

    private const byte HandshakeRecord = 22;
    private const byte ServerHello = 2;

    // Of each connection that has no secrets yet; a ServerHello sent again, or after a HelloRetryRequest, is of the same.
    private readonly HashSet<TcpFlow> _hellos = [];
    private int _pending;
    private bool _gaveUp;

    /// <summary>Looks at a frame of the wire before it is written.</summary>
    /// <param name="frame">Ethernet frame.</param>
    public void OnFrame(ReadOnlySpan<byte> frame)
    {
        if (writer.HeldBytes > MostBytes)
        {
            _gaveUp = true;
            Release();
        }
        else if (!_gaveUp && TcpFrame.TryParse(frame, out TcpFrame segment) && BeginsServerHello(segment.Payload) && _hellos.Add(segment.Flow))
        {
            _pending++;
            writer.Hold();
        }
    }

    /// <summary>Takes notice of a secret.</summary>
    /// <param name="line">One line of an NSS key log.</param>
    public void OnSecret(string line)
    {
        _gaveUp = false;

        // The last line of a connection: TLS 1.2 has one, TLS 1.3 ends with the server's first application secret.
        bool isLast = line.StartsWith("CLIENT_RANDOM ", StringComparison.Ordinal) || line.StartsWith("SERVER_TRAFFIC_SECRET_0 ", StringComparison.Ordinal);
        if (isLast && _pending > 0 && --_pending == 0)
        {
            Release();
        }
    }

    private static bool BeginsServerHello(ReadOnlySpan<byte> payload) =>
        payload.Length >= 6 && payload[0] == HandshakeRecord && BinaryPrimitives.ReadUInt16BigEndian(payload[1..]) >> 8 == 3 && payload[5] == ServerHello;

    private void Release()
    {
        _pending = 0;
        _hellos.Clear();
        writer.Release();
    }
}
