namespace NicEmu.DeviceModel.Tls;

/// <summary>What became of a whole record.</summary>
internal enum RecordOutcome
{
    /// <summary>Sealed, or opened and authentic.</summary>
    Ok,

    /// <summary>The handle names no usable context, or its key was revoked.</summary>
    KeyStale,

    /// <summary>The lengths do not fit, or what is to be opened is no record of the context's version.</summary>
    BadRecord,

    /// <summary>The record is not authentic.</summary>
    BadTag,
}
