namespace NicEmu.Conformance.Sanitizer;

/// <summary>A key object as the mailbox tells of it.</summary>
internal sealed class KeyObject
{
    /// <summary>Transmit contexts made with it.</summary>
    public List<TxContext> Contexts { get; } = [];

    public bool IsRemoved { get; set; }
}
