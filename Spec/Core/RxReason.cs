namespace NicEmu.Spec.Core;

/// <summary>Why a packet that matches a receive rule was not decrypted.</summary>
public enum RxReason : byte
{
    /// <summary>It was decrypted, or no rule matches.</summary>
    None = 0,

    /// <summary>The packet begins before the expected sequence number, wholly or in part.</summary>
    BeforeExpected = 1,

    /// <summary>A gap precedes the packet; the next record header is known and not reached yet, or was reached in it.</summary>
    Gap = 2,

    /// <summary>The context searches for a record header.</summary>
    Searching = 3,

    /// <summary>The context follows a candidate and waits for the driver's answer.</summary>
    AwaitingAnswer = 4,

    /// <summary>The answer came; decryption resumes with the next record.</summary>
    Resuming = 5,

    /// <summary>A record header is not allowed for the context.</summary>
    BadHeader = 6,

    /// <summary>A tag did not verify.</summary>
    BadTag = 7,

    /// <summary>The IP or TCP checksum is wrong; the TLS engine did not look at the packet.</summary>
    BadChecksum = 8,

    /// <summary>The context is quiesced, its rule not active, or its key revoked.</summary>
    Inactive = 9,

    /// <summary>The packet carries no TCP payload.</summary>
    NoPayload = 10,

    /// <summary>The record number reached its end.</summary>
    RecordLimit = 11,
}
