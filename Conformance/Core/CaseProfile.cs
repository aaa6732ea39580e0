namespace NicEmu.Conformance.Core;

/// <summary>Groups of cases that can be run apart.</summary>
public enum CaseProfile
{
    /// <summary>Capabilities and installation of contexts.</summary>
    Probe = 0,

    /// <summary>Rings, descriptors, completions.</summary>
    Rings,

    /// <summary>Transmission in order.</summary>
    Tx,

    /// <summary>Reception.</summary>
    Rx,

    /// <summary>Retransmission and loss of place, both directions.</summary>
    Resync,

    /// <summary>Key updates.</summary>
    Rekey,

    /// <summary>Interface down, close, delete, reset.</summary>
    Lifecycle,

    /// <summary>Keys, nonces, leaks.</summary>
    Security,

    /// <summary>Errors of bus, mailbox, rings and links.</summary>
    Faults,

    /// <summary>TCP offload engine. Its cases, T001 and on, stand beside the matrix.</summary>
    Toe,
}
