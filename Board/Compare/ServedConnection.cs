namespace NicEmu.Board.Compare;

/// <summary>A connection that is ready to be served.</summary>
/// <param name="ClientPort">The client's TCP port.</param>
/// <param name="Sequence">TCP sequence number of the first byte that the server will send; null where the host does not know it.</param>
public readonly record struct ServedConnection(ushort ClientPort, uint? Sequence);
