namespace NicEmu.Board.Sessions;

/// <summary>Who is at the other end of the wire.</summary>
public enum PeerKind
{
    /// <summary>A second emulated machine with its own card and driver.</summary>
    Nic = 0,

    /// <summary>A host without a card whose TLS is the platform's: OpenSSL, on Linux.</summary>
    OpenSsl = 1,

    /// <summary>The kernel of this machine over a TAP device, in real time; a program behind it, such as <c>openssl s_server</c>, is the user's.</summary>
    Tap = 2,
}
