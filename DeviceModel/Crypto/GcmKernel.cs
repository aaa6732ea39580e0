using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>
/// Counter mode and GHASH over whole blocks, for one kind of processor. The hash accumulator is the block read as a big-endian number,
/// whatever the kernel, so a record may be started with one kernel and finished with another.
/// </summary>
internal abstract unsafe class GcmKernel
{
    private static readonly GcmPortable s_portable = new();
    private static readonly GcmVector128 s_vector128 = new();
    private static readonly GcmWide s_wide = new();

    /// <summary>The stateless instance for a kernel.</summary>
    public static GcmKernel For(CipherKernel kernel) => kernel switch
    {
        CipherKernel.Wide => s_wide,
        CipherKernel.Vector128 => s_vector128,
        _ => s_portable,
    };

    /// <summary>Expands a 16- or 32-byte key into <see cref="GcmMaterial.Size"/> bytes.</summary>
    public void Expand(ReadOnlySpan<byte> key, Span<byte> material)
    {
        var rounds = AesKeySchedule.Rounds(key.Length);
        AesKeySchedule.Expand(key, material[..(16 * (rounds + 1))], this is not GcmPortable);
        BinaryPrimitives.WriteInt32LittleEndian(material[GcmMaterial.RoundCount..], rounds);
        Span<byte> block = stackalloc byte[16];
        block.Clear();

        // SAFETY: both pointers cover spans of this method for the length of the call.
        fixed (byte* p = material, b = block)
        {
            EncryptBlock(p, b, b);
        }

        var first = GhashPortable.PrepareKey(BinaryPrimitives.ReadUInt128BigEndian(block));
        var power = first;
        for (var i = GcmMaterial.PowerCount - 1; ; i--)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(material[(GcmMaterial.Powers + (16 * i))..], power);
            if (i == 0)
            {
                break;
            }

            power = Multiply(power, first);
        }

        CryptographicOperations.ZeroMemory(block);
    }

    /// <summary>Encrypts one block with AES; input and output may be the same.</summary>
    public abstract void EncryptBlock(byte* material, byte* input, byte* output);

    /// <summary>Absorbs whole blocks into the accumulator.</summary>
    public abstract UInt128 Hash(byte* material, UInt128 accumulator, byte* data, nuint blocks);

    /// <summary>Combines whole blocks with the keystream that starts at a counter.</summary>
    /// <param name="material">Expanded key.</param>
    /// <param name="nonce">12 bytes.</param>
    /// <param name="counter">32-bit counter of the first block; wraps to 0.</param>
    /// <param name="input">16 * blocks bytes.</param>
    /// <param name="output">16 * blocks bytes: the input itself or memory apart from it.</param>
    /// <param name="blocks">Number of blocks, 0 allowed.</param>
    public abstract void Xor(byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks);

    /// <summary>As <see cref="Xor"/>, and absorbs the output: encryption.</summary>
    public abstract UInt128 Seal(byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks, UInt128 accumulator);

    /// <summary>As <see cref="Xor"/>, and absorbs the input before it is overwritten: decryption.</summary>
    public abstract UInt128 Open(byte* material, byte* nonce, uint counter, byte* input, byte* output, nuint blocks, UInt128 accumulator);

    /// <summary>The field product of an element and a prepared key.</summary>
    protected virtual UInt128 Multiply(UInt128 element, UInt128 preparedKey) => GhashPortable.Multiply(element, preparedKey);
}
