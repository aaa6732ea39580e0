namespace NicEmu.DeviceModel.Crypto;

/// <summary>Which side of the keystream is the ciphertext that the tag covers.</summary>
internal enum AeadDirection : byte
{
    /// <summary>The output is ciphertext.</summary>
    Encrypt,

    /// <summary>The input is ciphertext.</summary>
    Decrypt,
}
