namespace NicEmu.Net;

/// <summary>Hears what happens to a connection. Calls come after the stack has finished with a frame or timer; the connection may be read, written and closed inside, but the stack must not be given frames or polled.</summary>
public interface ITcpObserver
{
    /// <summary>SND.UNA advanced: bytes before <paramref name="unacknowledged"/> will never be sent again, and the send buffer has room.</summary>
    void OnAcknowledged(TcpConnection connection, uint unacknowledged)
    {
    }

    /// <summary>In-order bytes or the end of the stream became available.</summary>
    void OnReceived(TcpConnection connection)
    {
    }

    /// <summary>Asked for each segment with bytes before any of it is taken; only with <see cref="TcpConfig.CallerKeepsReceived"/>. What is refused comes again.</summary>
    /// <param name="connection">The connection, which may only be looked at.</param>
    /// <param name="isEarly">Whether bytes before it are missing.</param>
    bool MayKeep(TcpConnection connection, bool isEarly) => true;

    /// <summary>
    /// Received bytes have their place in the stream, in order or ahead of it; each byte is told once, within the stack's <c>Input</c> of its frame. Only with
    /// <see cref="TcpConfig.CallerKeepsReceived"/>. The connection may only be looked at.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="sequence">TCP sequence number of the first byte.</param>
    /// <param name="frameOffset">Its place in the frame that was given.</param>
    /// <param name="length">Bytes, at least 1.</param>
    /// <param name="mark">The frame's mark.</param>
    void OnKept(TcpConnection connection, uint sequence, int frameOffset, int length, int mark)
    {
    }

    /// <summary>The state changed; several steps caused by one frame are reported once.</summary>
    void OnStateChanged(TcpConnection connection, TcpState previous)
    {
    }
}
