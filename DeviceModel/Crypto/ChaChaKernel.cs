using System.Runtime.Intrinsics;
using System.Security.Cryptography;

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

    /// <summary>Combines any number of bytes with the keystream.</summary>
    /// <param name="key">32 bytes.</param>
    /// <param name="nonce">12 bytes.</param>
    /// <param name="counter">Counter of the block that holds the first byte.</param>
    /// <param name="skip">Bytes of that block that come before the first one, 0 to 63.</param>
    /// <param name="input">length bytes.</param>
    /// <param name="output">length bytes: the input itself or memory apart from it.</param>
    /// <param name="length">Bytes, 0 allowed.</param>
    public abstract void Xor(byte* key, byte* nonce, uint counter, uint skip, byte* input, byte* output, nuint length);

    /// <summary>Combines block by block.</summary>
    protected void XorByBlocks(byte* key, byte* nonce, uint counter, uint skip, byte* input, byte* output, nuint length)
    {
        // SAFETY: the scratch is one block; the pointers advance by what was handled, at most length, as promised by the caller.
        var keystream = stackalloc byte[BlockBytes];
        while (length > 0)
        {
            Block(key, nonce, counter++, keystream);
            var count = nuint.Min(length, BlockBytes - skip);
            XorBytes(input, keystream + skip, output, count);
            skip = 0;
            input += count;
            output += count;
            length -= count;
        }

        CryptographicOperations.ZeroMemory(new Span<byte>(keystream, BlockBytes));
    }

    /// <summary>Combines any number of bytes with keystream that lies in memory.</summary>
    protected static void XorBytes(byte* input, byte* keystream, byte* output, nuint count)
    {
        // SAFETY: the caller promises count bytes behind each pointer.
        nuint i = 0;
        for (; i + 16 <= count; i += 16)
        {
            (Vector128.Load(input + i) ^ Vector128.Load(keystream + i)).Store(output + i);
        }

        for (; i < count; i++)
        {
            output[i] = (byte)(input[i] ^ keystream[i]);
        }
    }
}
