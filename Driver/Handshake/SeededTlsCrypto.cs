using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace NicEmu.Driver.Handshake;

/// <summary>The library's cryptography with one source of randomness: its nonce generator would mix in time otherwise.</summary>
internal sealed class SeededTlsCrypto(SecureRandom random) : BcTlsCrypto(random)
{
    public override TlsNonceGenerator CreateNonceGenerator(byte[] additionalSeedMaterial) => new Generator(SecureRandom);

    public override TlsNonceGenerator CreateNonceGenerator(ReadOnlySpan<byte> additionalSeedMaterial) => new Generator(SecureRandom);

    private sealed class Generator(SecureRandom random) : TlsNonceGenerator
    {
        public byte[] GenerateNonce(int size) => SecureRandom.GetNextBytes(random, size);
    }
}
