namespace NicEmu.Spec.Testing;

/// <summary>Flags of a send call.</summary>
[Flags]
public enum SendFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>MSG_MORE: the record stays open for what follows.</summary>
    More = 1,

    /// <summary>MSG_EOR: the record ends with this data.</summary>
    EndOfRecord = 2,

    /// <summary>MSG_OOB: urgent data.</summary>
    OutOfBand = 4,
}
