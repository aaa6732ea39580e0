namespace NicEmu.Net;

/// <summary>A mapping that a received packet told of.</summary>
/// <param name="Address">The neighbour; no address if the packet told nothing.</param>
/// <param name="Mac">Its link-layer address.</param>
/// <param name="MayCreate">The packet was meant for us, so it may start a table entry rather than only refresh one (RFC 826).</param>
internal readonly record struct NeighborHint(IpAddress Address, MacAddress Mac, bool MayCreate);
