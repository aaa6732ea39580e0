using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>A GCM record (SP 800-38D §7) at any byte: first the rest of a begun block, then whole blocks, then a new beginning.</summary>
internal static unsafe class GcmRecord
{
    /// <summary>The longest payload: 2^39 - 256 bits (SP 800-38D §5.2.1.1).</summary>
    public const ulong MaxPayload = (1UL << 36) - 32;

    private const int BlockBytes = 16;

    /// <summary>Absorbs the additional data, padded to whole blocks.</summary>
    public static void AbsorbAad(AeadKey key, ref AeadState state, ReadOnlySpan<byte> aad)
    {
        var whole = aad.Length & ~(BlockBytes - 1);
        HashSpan(key, ref state, aad[..whole]);
        if (whole < aad.Length)
        {
            Span<byte> last = stackalloc byte[BlockBytes];
            last.Clear();
            aad[whole..].CopyTo(last);
            HashSpan(key, ref state, last);
        }
    }

    /// <summary>Encrypts or decrypts the next bytes and absorbs their ciphertext.</summary>
    public static void Process(AeadKey key, ref AeadState state, byte* input, byte* output, nuint length, AeadDirection direction)
    {
        var nonce = stackalloc byte[12];
        *(ulong*)nonce = state.NonceLow;
        *(uint*)(nonce + 8) = state.NonceHigh;
        while (length > 0)
        {
            // SAFETY: both pointers advance by what was handled, at most length bytes, which the caller pinned.
            var skip = (uint)state.Position % BlockBytes;
            nuint count;
            if (skip == 0 && length >= BlockBytes)
            {
                var blocks = length / BlockBytes;
                count = blocks * BlockBytes;
                var counter = Counter(state.InitialCounter, state.Position);
                var sum = Sum(in state);
                SetSum(ref state, direction == AeadDirection.Encrypt
                    ? key.Gcm.Seal(key.Material, nonce, counter, input, output, blocks, sum)
                    : key.Gcm.Open(key.Material, nonce, counter, input, output, blocks, sum));
            }
            else
            {
                count = nuint.Min(BlockBytes - skip, length);
                ProcessShort(key, ref state, nonce, skip, input, output, (uint)count, direction);
            }

            state.Position += count;
            input += count;
            output += count;
            length -= count;
        }
    }

    /// <summary>Absorbs ciphertext without touching it.</summary>
    public static void Absorb(AeadKey key, ref AeadState state, ReadOnlySpan<byte> ciphertext)
    {
        var skip = (int)(state.Position % BlockBytes);
        state.Position += (uint)ciphertext.Length;
        Span<byte> pending = state.Pending;
        if (skip != 0)
        {
            var count = Math.Min(BlockBytes - skip, ciphertext.Length);
            ciphertext[..count].CopyTo(pending[skip..]);
            ciphertext = ciphertext[count..];
            if (skip + count < BlockBytes)
            {
                return;
            }

            HashSpan(key, ref state, pending);
        }

        var whole = ciphertext.Length & ~(BlockBytes - 1);
        HashSpan(key, ref state, ciphertext[..whole]);
        ciphertext[whole..].CopyTo(pending);
    }

    /// <summary>Absorbs the end and the lengths and writes the 16-byte tag.</summary>
    public static void Finish(AeadKey key, ref AeadState state, Span<byte> tag)
    {
        Span<byte> end = stackalloc byte[2 * BlockBytes];
        end.Clear();
        var open = (int)(state.Position % BlockBytes);
        ((ReadOnlySpan<byte>)state.Pending)[..open].CopyTo(end);
        BinaryPrimitives.WriteUInt64BigEndian(end[BlockBytes..], state.AadLength * 8UL);
        BinaryPrimitives.WriteUInt64BigEndian(end[(BlockBytes + 8)..], state.Position * 8);
        HashSpan(key, ref state, open == 0 ? end[BlockBytes..] : end);

        Span<byte> mask = end[..BlockBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(mask, state.NonceLow);
        BinaryPrimitives.WriteUInt32LittleEndian(mask[8..], state.NonceHigh);
        BinaryPrimitives.WriteUInt32BigEndian(mask[12..], state.InitialCounter);

        // SAFETY: the block is a local span of 16 bytes.
        fixed (byte* block = mask)
        {
            key.Gcm.EncryptBlock(key.Material, block, block);
        }

        BinaryPrimitives.WriteUInt128BigEndian(tag, Sum(in state) ^ BinaryPrimitives.ReadUInt128BigEndian(mask));
    }

    /// <summary>Combines bytes with the keystream at a payload offset; no hash.</summary>
    public static void XorAt(AeadKey key, byte* nonce, ulong offset, byte* input, byte* output, nuint length)
    {
        var keystream = stackalloc byte[BlockBytes];
        while (length > 0)
        {
            // SAFETY: both pointers advance by what was handled, at most length bytes, which the caller pinned.
            var skip = (uint)offset % BlockBytes;
            var counter = Counter(1, offset);
            nuint count;
            if (skip == 0 && length >= BlockBytes)
            {
                count = length & ~(nuint)(BlockBytes - 1);
                key.Gcm.Xor(key.Material, nonce, counter, input, output, count / BlockBytes);
            }
            else
            {
                count = nuint.Min(BlockBytes - skip, length);
                KeystreamBlock(key, nonce, counter, keystream);
                for (nuint i = 0; i < count; i++)
                {
                    output[i] = (byte)(input[i] ^ keystream[skip + i]);
                }
            }

            offset += count;
            input += count;
            output += count;
            length -= count;
        }

        CryptographicOperations.ZeroMemory(new Span<byte>(keystream, BlockBytes));
    }

    private static void ProcessShort(
        AeadKey key, ref AeadState state, byte* nonce, uint skip, byte* input, byte* output, uint count, AeadDirection direction)
    {
        // SAFETY: the caller promises count bytes behind both pointers and skip + count at most one block.
        var keystream = stackalloc byte[BlockBytes];
        KeystreamBlock(key, nonce, Counter(state.InitialCounter, state.Position), keystream);
        Span<byte> pending = state.Pending;
        for (var i = 0u; i < count; i++)
        {
            var source = input[i];
            var result = (byte)(source ^ keystream[skip + i]);
            pending[(int)(skip + i)] = direction == AeadDirection.Encrypt ? result : source;
            output[i] = result;
        }

        CryptographicOperations.ZeroMemory(new Span<byte>(keystream, BlockBytes));
        if (skip + count == BlockBytes)
        {
            HashSpan(key, ref state, pending);
        }
    }

    private static void KeystreamBlock(AeadKey key, byte* nonce, uint counter, byte* keystream)
    {
        // SAFETY: 12 bytes of nonce, 16 of keystream.
        *(ulong*)keystream = *(ulong*)nonce;
        *(uint*)(keystream + 8) = *(uint*)(nonce + 8);
        *(uint*)(keystream + 12) = BinaryPrimitives.ReverseEndianness(counter);
        key.Gcm.EncryptBlock(key.Material, keystream, keystream);
    }

    // SP 800-38D §6.2: the first payload block follows the initial counter, modulo 2^32.
    private static uint Counter(uint initialCounter, ulong position) => initialCounter + 1 + (uint)(position / BlockBytes);

    private static UInt128 Sum(in AeadState state) => new(state.Mac.Sum1, state.Mac.Sum0);

    private static void SetSum(ref AeadState state, UInt128 sum)
    {
        state.Mac.Sum0 = (ulong)sum;
        state.Mac.Sum1 = (ulong)(sum >> 64);
    }

    private static void HashSpan(AeadKey key, ref AeadState state, ReadOnlySpan<byte> blocks)
    {
        // SAFETY: the span is pinned for the call, and its length is a multiple of a block.
        fixed (byte* data = blocks)
        {
            SetSum(ref state, key.Gcm.Hash(key.Material, Sum(in state), data, (nuint)blocks.Length / BlockBytes));
        }
    }
}
