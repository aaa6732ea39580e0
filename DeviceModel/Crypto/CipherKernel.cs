namespace NicEmu.DeviceModel.Crypto;

/// <summary>How the block functions are computed. All kernels give the same bytes and share one <see cref="AeadState"/> format.</summary>
internal enum CipherKernel : byte
{
    /// <summary>Integer arithmetic only, free of tables indexed by secrets; runs everywhere.</summary>
    Portable = 0,

    /// <summary>128-bit vectors: AES and carry-less multiply instructions, four-word ChaCha rows.</summary>
    Vector128 = 1,

    /// <summary>AES instructions with 512-bit carry-less multiplication; 512-bit ChaCha rows and Poly1305 limbs.</summary>
    Wide = 2,
}
