namespace NicEmu.DeviceModel.Port;

/// <summary>Fields that a receive hash is computed over; also the set of them that the driver enabled.</summary>
[Flags]
internal enum RssHashType : byte
{
    /// <summary>No hash.</summary>
    None = 0,

    /// <summary>IPv4 addresses.</summary>
    Ipv4 = 0x01,

    /// <summary>IPv4 addresses and TCP ports.</summary>
    TcpIpv4 = 0x02,

    /// <summary>IPv6 addresses.</summary>
    Ipv6 = 0x04,

    /// <summary>IPv6 addresses and TCP ports.</summary>
    TcpIpv6 = 0x08,
}
