namespace NicEmu.Spec.Core;

/// <summary>Kinds of RESYNC_ANSWER.</summary>
public enum ResyncAnswerKind : byte
{
    /// <summary>NAK: no record begins there; the context searches on.</summary>
    Refuse = 0,

    /// <summary>ACK: the record with the given number begins at the candidate.</summary>
    Acknowledge = 1,

    /// <summary>A record with the given number begins at the sequence number, which the context has not reached yet or was not asked about.</summary>
    NextRecordHint = 2,
}
