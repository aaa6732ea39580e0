namespace NicEmu.Board.Scenarios;

/// <summary>What an end of a flow does in one step.</summary>
public enum ScenarioStepKind
{
    /// <summary>Sends content.</summary>
    Send = 0,

    /// <summary>Sends an alert record that closes nothing (user_canceled, RFC 8446 §6.1).</summary>
    Alert = 1,

    /// <summary>Sends a handshake record: a session ticket that means nothing (RFC 8446 §4.6.1).</summary>
    Ticket = 2,

    /// <summary>Sends close_notify and ends its side; the other side may go on.</summary>
    Close = 3,

    /// <summary>Resets the connection.</summary>
    Abort = 4,

    /// <summary>Sends a KeyUpdate message and changes the sending key behind it (RFC 8446 §4.6.3); TLS 1.3 only.</summary>
    Rekey = 5,
}
