using NicEmu.Spec.Core;

namespace NicEmu.DeviceModel.Tls;

/// <summary>What is found out while one packet is walked through.</summary>
internal struct RxWalk
{
    /// <summary>State at its first byte.</summary>
    public RxState Entry;

    /// <summary>Time in picoseconds.</summary>
    public long NowPs;

    /// <summary>Every byte so far was opened.</summary>
    public bool IsClean;

    /// <summary>A tag was wrong.</summary>
    public bool HasBadTag;

    /// <summary>A header was not allowed.</summary>
    public bool HasBadHeader;

    /// <summary>A header was found that the host must be asked about.</summary>
    public bool HasAsked;

    /// <summary>Authentic records that ended.</summary>
    public int Records;
}
