namespace NicEmu.Driver.Handshake;

/// <summary>How far a handshake is.</summary>
public enum HandshakeState
{
    /// <summary>It goes on.</summary>
    Running = 0,

    /// <summary>It is done; output may still wait to be sent.</summary>
    Complete,

    /// <summary>It failed; an alert may wait to be sent.</summary>
    Failed,
}
