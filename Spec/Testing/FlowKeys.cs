using NicEmu.Spec.Tls;

namespace NicEmu.Spec.Testing;

/// <summary>What one direction of a connection is to be protected with, as setsockopt(TLS_TX) and setsockopt(TLS_RX) take it.</summary>
/// <param name="Version">TLS version.</param>
/// <param name="Cipher">Record protection.</param>
/// <param name="Key">16 or 32 bytes, as the cipher has it.</param>
/// <param name="Iv">12 bytes; TLS 1.2 with GCM: the salt (4) and the explicit nonce of the first record (8).</param>
/// <param name="RecordNumber">Record sequence number of the first record.</param>
public sealed record FlowKeys(TlsVersion Version, TlsCipher Cipher, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Iv, ulong RecordNumber);
