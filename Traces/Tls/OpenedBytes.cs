namespace NicEmu.Traces.Tls;

/// <summary>What opening a record made.</summary>
/// <param name="Nonce">The 12 nonce bytes.</param>
/// <param name="Aad">The additional authenticated data.</param>
/// <param name="Plain">The plaintext; null when the tag is wrong.</param>
internal readonly record struct OpenedBytes(byte[] Nonce, byte[] Aad, byte[]? Plain);
