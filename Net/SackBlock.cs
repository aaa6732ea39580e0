namespace NicEmu.Net;

/// <summary>One block of the SACK option (RFC 2018 §3): the bytes [<see cref="Start"/>, <see cref="End"/>).</summary>
/// <param name="Start">First sequence number of the block.</param>
/// <param name="End">Sequence number behind its last byte.</param>
public readonly record struct SackBlock(uint Start, uint End);
