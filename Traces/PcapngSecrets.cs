namespace NicEmu.Traces;

/// <summary>The contents of one decryption secrets block.</summary>
/// <param name="Type">Kind of secrets: 0x544C534B for a TLS key log.</param>
/// <param name="Data">The secrets.</param>
/// <param name="BlockOffset">Offset in the file of the block.</param>
public sealed record PcapngSecrets(uint Type, ReadOnlyMemory<byte> Data, long BlockOffset);
