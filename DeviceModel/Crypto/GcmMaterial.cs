namespace NicEmu.DeviceModel.Crypto;

/// <summary>Where the parts of an expanded GCM key lie in the pinned memory of an <see cref="AeadKey"/>.</summary>
internal static class GcmMaterial
{
    /// <summary>Round keys, 16 bytes each, the first one first.</summary>
    public const int RoundKeys = 0;

    /// <summary>Number of rounds, one 32-bit integer.</summary>
    public const int RoundCount = AesKeySchedule.MaxBytes;

    /// <summary>
    /// Powers of the hash key, highest first, 16 bytes each: H^16, H^15 ... H^1. Each is byte-reversed and multiplied by x, so that a product
    /// of bit-reflected operands needs no shift.
    /// </summary>
    public const int Powers = 256;

    /// <summary>How many powers are kept: the blocks that one reduction can gather.</summary>
    public const int PowerCount = 16;

    /// <summary>Bytes of the whole.</summary>
    public const int Size = Powers + (PowerCount * 16);
}
