namespace NicEmu.DeviceModel.Tls;

/// <summary>What can happen to a receive context's hold on the record stream.</summary>
internal enum ResyncInput : byte
{
    /// <summary>The expected byte came.</summary>
    InOrder,

    /// <summary>A record ended whose number is known, or is now counted on: the next byte begins a record.</summary>
    Boundary,

    /// <summary>Bytes are missing, all of them within a record whose header is known.</summary>
    Gap,

    /// <summary>Bytes are missing and a header may be among them.</summary>
    HeaderLost,

    /// <summary>The bytes where a header must be are none.</summary>
    HeaderBad,

    /// <summary>The search found bytes that could be a header.</summary>
    Candidate,

    /// <summary>The host says which record begins at the candidate.</summary>
    Acknowledge,

    /// <summary>The host says that no record begins at the candidate.</summary>
    Refuse,

    /// <summary>The stream stands where the host's hint is about.</summary>
    HintReached,

    /// <summary>A tag proved the hint's number.</summary>
    HintProved,

    /// <summary>No number that the hint may mean fits the tag.</summary>
    HintRefuted,

    /// <summary>No answer came within the budget, several times.</summary>
    Expired,

    /// <summary>Hold still.</summary>
    Quiesce,

    /// <summary>Go on as before <see cref="Quiesce"/>.</summary>
    Release,

    /// <summary>The record numbers are used up or the key was revoked.</summary>
    Stop,
}
