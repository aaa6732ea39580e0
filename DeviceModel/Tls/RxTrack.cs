using NicEmu.DeviceModel.Crypto;

namespace NicEmu.DeviceModel.Tls;

/// <summary>Everything that changes in a receive context while packets pass: a plain value.</summary>
internal struct RxTrack
{
    /// <summary>How firm the hold on the record stream is.</summary>
    public ResyncStateMachine Machine;

    /// <summary>TCP sequence number of the next byte.</summary>
    public uint Expected;

    /// <summary>Place in the current record; of no meaning while searching.</summary>
    public RecordTracker Tracker;

    /// <summary>Number of the current record, where it is known or guessed.</summary>
    public ulong RecordNumber;

    /// <summary>Whether every byte of the current record has been seen, so that its tag can be checked.</summary>
    public bool IsAuthenticating;

    /// <summary>The current record under <see cref="RecordNumber"/>.</summary>
    public AeadState Aead;

    /// <summary>On probation: the current record under the number before.</summary>
    public AeadState Lower;

    /// <summary>Tag bytes of the current record as received.</summary>
    public TagBytes Tag;

    /// <summary>Numbers came by hint and no tag has proved them.</summary>
    public bool IsOnProbation;

    /// <summary>The last tag checked in sync was wrong.</summary>
    public bool LastFailed;

    /// <summary>The record with the last number has ended.</summary>
    public bool IsExhausted;

    /// <summary>The rule is active.</summary>
    public bool IsActive;

    /// <summary>Search for a header.</summary>
    public HeaderSearch Search;

    /// <summary>TCP sequence number of the header that the host was asked about.</summary>
    public uint Candidate;

    /// <summary>Records that ended since that header.</summary>
    public uint RecordsSince;

    /// <summary>Bytes since the request.</summary>
    public ulong BytesSince;

    /// <summary>Time of the request in picoseconds.</summary>
    public long RequestedPs;

    /// <summary>Requests in a row that no answer met.</summary>
    public int Expirations;

    /// <summary>Ask again with the next header.</summary>
    public bool MustAsk;

    /// <summary>A hint waits for its sequence number.</summary>
    public bool HasHint;

    /// <summary>Where the hint's record begins.</summary>
    public uint HintSequence;

    /// <summary>Number of the hint's record, or one more.</summary>
    public ulong HintNumber;

    /// <summary>While searching: bytes of packets before the expected place since the last one that was not.</summary>
    public ulong BytesBehind;

    /// <summary>Tags that failed.</summary>
    public ulong Failures;
}
