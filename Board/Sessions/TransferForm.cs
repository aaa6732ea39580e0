namespace NicEmu.Board.Sessions;

/// <summary>How the content travels inside TLS.</summary>
public enum TransferForm
{
    /// <summary>The content and nothing else; the sender connects to the receiver, but a machine that receives always listens.</summary>
    Raw = 0,

    /// <summary>An HTTP/1.1 request by the receiver and the sender's response with its length.</summary>
    Http = 1,

    /// <summary>An HTTP/1.1 POST by the machine under test, whose content the peer sends back: both directions carry it.</summary>
    HttpExchange = 2,
}
