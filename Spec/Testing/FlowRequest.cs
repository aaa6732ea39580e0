namespace NicEmu.Spec.Testing;

/// <summary>A connection that a driver under test is asked to open.</summary>
/// <param name="PeerAddress">4 or 16 bytes, network order.</param>
/// <param name="PeerPort">TCP port of the peer.</param>
/// <param name="LocalPort">TCP port on this side; 0 for any.</param>
/// <param name="InitialSequence">First TCP sequence number (that of the SYN); null for any. Needs <see cref="DriverAbilities.InitialSequence"/>.</param>
/// <param name="SendBufferBytes">Bytes that the socket holds until they are acknowledged; 0 for the default.</param>
public sealed record FlowRequest(ReadOnlyMemory<byte> PeerAddress, ushort PeerPort, ushort LocalPort = 0, uint? InitialSequence = null, int SendBufferBytes = 0);
