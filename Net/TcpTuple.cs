namespace NicEmu.Net;

/// <summary>The four numbers that name a connection (RFC 9293 §3.1).</summary>
/// <param name="LocalAddress">Our address.</param>
/// <param name="LocalPort">Our port.</param>
/// <param name="RemoteAddress">The peer's address, of the same family.</param>
/// <param name="RemotePort">The peer's port.</param>
public readonly record struct TcpTuple(IpAddress LocalAddress, ushort LocalPort, IpAddress RemoteAddress, ushort RemotePort);
