namespace NicEmu.Conformance.Sanitizer;

/// <summary>Kinds of events that a rule looks at. A file that lacks one of them cannot be judged by the rule.</summary>
[Flags]
public enum SanitizerInput
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Configuration space accesses.</summary>
    Config = 1 << 0,

    /// <summary>Register and doorbell accesses.</summary>
    Registers = 1 << 1,

    /// <summary>DMA transactions with their bytes.</summary>
    Dma = 1 << 2,

    /// <summary>Interrupt messages.</summary>
    Interrupts = 1 << 3,

    /// <summary>Frames on the wire.</summary>
    Wire = 1 << 4,

    /// <summary>Frames between driver and card.</summary>
    HostFrames = 1 << 5,

    /// <summary>Mailbox commands.</summary>
    Mailbox = 1 << 6,

    /// <summary>TLS contexts that come and go.</summary>
    Contexts = 1 << 7,

    /// <summary>Completed descriptors.</summary>
    Completions = 1 << 8,

    /// <summary>Refusals by the card.</summary>
    Refusals = 1 << 9,

    /// <summary>Results of record authentication.</summary>
    Records = 1 << 10,

    /// <summary>The driver's memory itself, which only a live run has.</summary>
    Memory = 1 << 11,
}
