namespace NicEmu.Spec.Native.Toe;

/// <summary>Commands of the TCP offload engine, in the first byte of a <see cref="ToeCommand"/>.</summary>
public enum ToeOpcode : byte
{
    /// <summary>Opens a connection. Completes when it is established, or failed.</summary>
    Open = 1,

    /// <summary>Opens a port for connections of others.</summary>
    Listen = 2,

    /// <summary>Takes the next connection of a listener. Waits until there is one.</summary>
    Accept = 3,

    /// <summary>Sends bytes of host memory. Completes when the card has read all of them.</summary>
    Send = 4,

    /// <summary>Gives a buffer for received bytes: some bytes of a plain stream, or one whole record.</summary>
    Receive = 5,

    /// <summary>Lets one direction of a connection carry TLS records from a boundary on.</summary>
    SwitchTls = 6,

    /// <summary>Ends a connection or a listener. Completes when the card has forgotten it.</summary>
    Close = 7,
}
