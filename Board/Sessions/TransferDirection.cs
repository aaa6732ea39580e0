namespace NicEmu.Board.Sessions;

/// <summary>Which way the content goes, seen from the machine under test.</summary>
public enum TransferDirection
{
    /// <summary>It sends.</summary>
    Send = 0,

    /// <summary>It receives.</summary>
    Receive = 1,
}
