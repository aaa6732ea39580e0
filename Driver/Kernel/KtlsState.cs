namespace NicEmu.Driver.Kernel;

/// <summary>Where one direction of a socket is protected.</summary>
public enum KtlsState
{
    /// <summary>Nowhere: plain TCP, or TLS in user space.</summary>
    None = 0,

    /// <summary>The card is being given the key; what is written waits, what arrives is decrypted in software.</summary>
    Installing,

    /// <summary>In software.</summary>
    Software,

    /// <summary>In the card.</summary>
    Device,

    /// <summary>The key was changed: in software, until everything under the old key is acknowledged and the card can be given the new one.</summary>
    Rekeying,
}
