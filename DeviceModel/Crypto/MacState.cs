namespace NicEmu.DeviceModel.Crypto;

/// <summary>The authenticator's running value. GHASH uses the first two words, Poly1305 all of them.</summary>
internal struct MacState
{
    /// <summary>Accumulator, bits 0 to 63.</summary>
    public ulong Sum0;

    /// <summary>Accumulator, bits 64 to 127.</summary>
    public ulong Sum1;

    /// <summary>Accumulator, bits 128 and up; Poly1305 only, at most 6.</summary>
    public ulong Sum2;

    /// <summary>Poly1305 multiplier r, clamped (RFC 8439 §2.5), low word.</summary>
    public ulong Multiplier0;

    /// <summary>Poly1305 multiplier r, high word.</summary>
    public ulong Multiplier1;

    /// <summary>Poly1305 final addend s, low word.</summary>
    public ulong Addend0;

    /// <summary>Poly1305 final addend s, high word.</summary>
    public ulong Addend1;
}
