using NicEmu.Driver.Crypto;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Handshake;

/// <summary>What a handshake leaves for the record layer.</summary>
/// <param name="Tx">Sending direction, from the next record on.</param>
/// <param name="Rx">Receiving direction, from the next record on.</param>
public sealed record HandshakeResult(TlsCryptoInfo Tx, TlsCryptoInfo Rx)
{
    /// <summary>TLS 1.3: the secret behind <see cref="Tx"/>, for key updates; else null.</summary>
    public TrafficSecret? TxSecret { get; init; }

    /// <summary>TLS 1.3: the secret behind <see cref="Rx"/>; else null.</summary>
    public TrafficSecret? RxSecret { get; init; }

    /// <summary>Version agreed on.</summary>
    public TlsVersion Version => Tx.Version;

    /// <summary>Cipher agreed on.</summary>
    public TlsCipher Cipher => Tx.Cipher;
}
