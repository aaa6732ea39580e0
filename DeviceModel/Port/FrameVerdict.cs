namespace NicEmu.DeviceModel.Port;

/// <summary>How far a frame could be parsed.</summary>
internal enum FrameVerdict : byte
{
    /// <summary>Ethernet, IP and, unless <see cref="FrameLayout.L4Protocol"/> is something else, TCP or UDP.</summary>
    Ok = 0,

    /// <summary>Ethernet without IP.</summary>
    NotIp = 1,

    /// <summary>A header or the packet that it announces ends beyond the frame.</summary>
    Truncated = 2,

    /// <summary>A header contradicts itself.</summary>
    Malformed = 3,
}
