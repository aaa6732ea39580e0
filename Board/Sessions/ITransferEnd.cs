using NicEmu.Net;

namespace NicEmu.Board.Sessions;

/// <summary>One end of a transfer: TCP, TLS and an application above.</summary>
internal interface ITransferEnd
{
    /// <summary>Whether connections can be made.</summary>
    bool IsReady { get; }

    /// <summary>Whether everything was exchanged and the connection needs nothing more from this end.</summary>
    bool IsFinished { get; }

    /// <summary>Why it gave up; null when it did not.</summary>
    string? Failure { get; }

    /// <summary>Powers it on.</summary>
    void Start();

    /// <summary>Waits for a connection and serves it.</summary>
    void Listen(ushort port);

    /// <summary>Makes a connection.</summary>
    void Connect(IpAddress address, ushort port);
}
