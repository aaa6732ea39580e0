namespace NicEmu.Spec.Tls;

/// <summary>TLS protocol versions under their code on the wire.</summary>
public enum TlsVersion : ushort
{
    /// <summary>TLS 1.2 (RFC 5246).</summary>
    Tls12 = 0x0303,

    /// <summary>TLS 1.3 (RFC 8446). Its records carry 0x0303 in their header all the same (§5.2).</summary>
    Tls13 = 0x0304,
}
