namespace NicEmu.Net;

/// <summary>Control bits of the TCP header, byte 13 (RFC 9293 §3.1).</summary>
[Flags]
public enum TcpFlags : byte
{
    /// <summary>No bit set.</summary>
    None = 0,

    /// <summary>No more data from sender.</summary>
    Fin = 0x01,

    /// <summary>Synchronize sequence numbers.</summary>
    Syn = 0x02,

    /// <summary>Reset the connection.</summary>
    Rst = 0x04,

    /// <summary>Push function.</summary>
    Psh = 0x08,

    /// <summary>Acknowledgment field is significant.</summary>
    Ack = 0x10,

    /// <summary>Urgent pointer field is significant; urgent data is delivered in line (RFC 6093).</summary>
    Urg = 0x20,

    /// <summary>ECN echo, RFC 3168; not negotiated.</summary>
    Ece = 0x40,

    /// <summary>Congestion window reduced, RFC 3168; not negotiated.</summary>
    Cwr = 0x80,
}
