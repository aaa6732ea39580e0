namespace NicEmu.Driver.Kernel;

/// <summary>A record whose content changed in its file between two transmissions: the same nonce protects two plaintexts, and the peer may find a wrong tag.</summary>
/// <param name="RecordNumber">Number of the record.</param>
/// <param name="Sequence">TCP sequence number of its first byte.</param>
/// <param name="Length">Bytes of the record on the wire.</param>
public readonly record struct NonceReuse(ulong RecordNumber, uint Sequence, int Length);
