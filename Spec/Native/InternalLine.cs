namespace NicEmu.Spec.Native;

/// <summary>Lines that the hardware raises towards the embedded core.</summary>
public enum InternalLine : int
{
    /// <summary>The driver wrote GO.</summary>
    Mailbox = 0,

    /// <summary>The link came up or went down.</summary>
    LinkChanged = 1,

    /// <summary>The function was reset: all tables are empty.</summary>
    FunctionReset = 2,
}
