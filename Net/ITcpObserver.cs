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

    /// <summary>The state changed; several steps caused by one frame are reported once.</summary>
    void OnStateChanged(TcpConnection connection, TcpState previous)
    {
    }
}
