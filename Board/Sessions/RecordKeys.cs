using NicEmu.Spec.Tls;

namespace NicEmu.Board.Sessions;

/// <summary>What one direction of a TLS connection is protected with, and where in its TCP stream that begins.</summary>
/// <param name="Version">TLS version.</param>
/// <param name="Cipher">Record protection.</param>
/// <param name="Key">16 or 32 bytes, as the cipher has it.</param>
/// <param name="Iv">12 bytes; TLS 1.2 with GCM: the salt in the first four.</param>
/// <param name="FirstRecord">Record sequence number of the first record.</param>
/// <param name="FirstSequence">TCP sequence number of that record's first byte.</param>
public sealed record RecordKeys(TlsVersion Version, TlsCipher Cipher, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Iv, ulong FirstRecord, uint FirstSequence);
