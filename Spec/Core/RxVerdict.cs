namespace NicEmu.Spec.Core;

/// <summary>What the TLS engine did with a received packet. Unless DECRYPTED, the bytes are those of the wire.</summary>
public enum RxVerdict : byte
{
    /// <summary>No receive rule matches the packet.</summary>
    NotTls = 0,

    /// <summary>Every TLS byte was decrypted and every record that ended in the packet was authentic.</summary>
    Decrypted = 1,

    /// <summary>A rule matches; the packet was left as it came. The reason says why.</summary>
    NotDecrypted = 2,

    /// <summary>As NOT_DECRYPTED; a candidate header asks for an answer.</summary>
    ResyncRequest = 3,

    /// <summary>A record that ended in the packet failed authentication.</summary>
    AuthenticationFailed = 4,
}
