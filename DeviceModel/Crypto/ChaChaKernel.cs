namespace NicEmu.DeviceModel.Crypto;

/// <summary>ChaCha20 (RFC 8439 §2.4) for one kind of processor.</summary>
internal abstract unsafe class ChaChaKernel
{
    /// <summary>Bytes of a keystream block.</summary>
    public const int BlockBytes = 64;

    private static readonly ChaChaPortable s_portable = new();
    private static readonly ChaChaVector128 s_vector128 = new();
    private static readonly ChaChaWide s_wide = new();

    /// <summary>The stateless instance for a kernel.</summary>
    public static ChaChaKernel For(CipherKernel kernel) => kernel switch
    {
        CipherKernel.Wide => s_wide,
        CipherKernel.Vector128 => s_vector128,
        _ => s_portable,
    };

    /// <summary>Absorbs whole blocks into a Poly1305 sum.</summary>
    public virtual void Hash(ref MacState mac, byte* data, nuint blocks) => Poly1305.Update(ref mac, data, blocks);

    /// <summary>Writes one block of keystream.</summary>
    /// <param name="key">32 bytes.</param>
    /// <param name="nonce">12 bytes.</param>
    /// <param name="counter">Block counter (RFC 8439 §2.3).</param>
    /// <param name="keystream">64 bytes.</param>
    public abstract void Block(byte* key, byte* nonce, uint counter, byte* keystream);

    /// <summary>Combines any number of bytes with the keystream that starts at a counter.</summary>
    /// <param name="key">32 bytes.</param>
    /// <param name="nonce">12 bytes.</param>
    /// <param name="counter">Counter of the first block.</param>
    /// <param name="input">length bytes.</param>
    /// <param name="output">length bytes: the input itself or memory apart from it.</param>
    /// <param name="length">Bytes, 0 allowed.</param>
    public abstract void Xor(byte* key, byte* nonce, uint counter, byte* input, byte* output, nuint length);

    /// <summary>Combines what is left, block by block.</summary>
    protected void XorByBlocks(byte* key, byte* nonce, uint counter, byte* input, byte* output, nuint length)
    {
        // SAFETY: the scratch is one block; the pointers advance by what was handled, at most length, as promised by the caller.
        var keystream = stackalloc byte[BlockBytes];
        while (length > 0)
        {
            Block(key, nonce, counter++, keystream);
            var count = length < BlockBytes ? length : BlockBytes;
            for (nuint i = 0; i < count; i++)
            {
                output[i] = (byte)(input[i] ^ keystream[i]);
            }

            input += count;
            output += count;
            length -= count;
        }

        new Span<byte>(keystream, BlockBytes).Clear();
    }
}
