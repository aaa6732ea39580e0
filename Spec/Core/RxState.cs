namespace NicEmu.Spec.Core;

/// <summary>States of a receive context (kernel TLS offload document, receive resynchronisation).</summary>
public enum RxState : byte
{
    /// <summary>Waits for the first expected byte.</summary>
    Start = 0,

    /// <summary>Decrypts.</summary>
    InSync = 1,

    /// <summary>A gap within a record: the next header's place is known, packets up to it pass untouched.</summary>
    SkippingRecord = 2,

    /// <summary>Looks for a record header.</summary>
    Searching = 3,

    /// <summary>Follows a candidate by its length fields and waits for the answer.</summary>
    Tracking = 4,

    /// <summary>The answer came; resumes at the next record that it reaches in order.</summary>
    Confirmed = 5,

    /// <summary>Holds still while a key is installed.</summary>
    Quiesced = 6,

    /// <summary>The record number ended or the key was revoked: never decrypts again.</summary>
    Off = 7,
}
