using NicEmu.Spec.Tls;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>A transmit context as the event stream tells of it.</summary>
internal sealed class TxContext(ulong handle, uint startSequence, ulong firstRecord, TlsRecordLayout layout)
{
    public ulong Handle => handle;

    public uint StartSequence => startSequence;

    public ulong FirstRecord { get; } = firstRecord;

    public TlsRecordLayout Layout => layout;

    /// <summary>Key object; 0 when the command was not seen.</summary>
    public ulong Key { get; set; }

    /// <summary>Number that the next SET_PROGRESS is about.</summary>
    public ulong NextPlaced { get; set; } = firstRecord;

    /// <summary>Whether a descriptor that places the context was refused since a number was told: the card knows none then.</summary>
    public bool LacksNumber { get; set; }

    public bool IsRemoved { get; set; }

    /// <summary>Connection; null until its first segment is seen.</summary>
    public TxFlow? Flow { get; set; }

    /// <summary>Least and greatest number of a record that was sealed in sequence.</summary>
    public (ulong Least, ulong Greatest)? Sealed { get; set; }

    public EventHistory History { get; } = new();

    public string Subject { get; } = $"transmit context 0x{handle:X16}";
}
