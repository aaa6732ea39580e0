namespace NicEmu.Spec.Testing;

/// <summary>State of a connection of a driver under test.</summary>
public enum FlowState
{
    /// <summary>The TCP handshake goes on.</summary>
    Opening = 0,

    /// <summary>It can send and receive.</summary>
    Open,

    /// <summary>It was closed on this side, or by the peer, and something of it still lives.</summary>
    Closing,

    /// <summary>It is gone.</summary>
    Closed,
}
