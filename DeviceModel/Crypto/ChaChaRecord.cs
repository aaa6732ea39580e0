using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>A ChaCha20-Poly1305 record (RFC 8439 §2.8) at any byte.</summary>
internal static unsafe class ChaChaRecord
{
    /// <summary>The longest payload: 2^32 - 1 keystream blocks follow the one that gives the Poly1305 key.</summary>
    public const ulong MaxPayload = ((1UL << 32) - 1) * ChaChaKernel.BlockBytes;

    private const int MacBlockBytes = 16;

    /// <summary>Derives the one-time key (RFC 8439 §2.6) and absorbs the additional data, padded to whole blocks.</summary>
    public static void Begin(AeadKey key, ref AeadState state, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> aad)
    {
        Span<byte> block = stackalloc byte[ChaChaKernel.BlockBytes];

        // SAFETY: both spans are pinned for the call; the nonce has 12 bytes.
        fixed (byte* n = nonce, b = block)
        {
            key.ChaCha.Block(key.Material, n, 0, b);
        }

        Poly1305.Begin(ref state.Mac, block);
        CryptographicOperations.ZeroMemory(block);
        var whole = aad.Length & ~(MacBlockBytes - 1);
        HashSpan(key, ref state, aad[..whole]);
        HashPadded(key, ref state, aad[whole..]);
    }

    /// <summary>Encrypts or decrypts the next bytes and absorbs their ciphertext.</summary>
    public static void Process(AeadKey key, ref AeadState state, byte* input, byte* output, nuint length, AeadDirection direction)
    {
        var nonce = stackalloc byte[12];
        *(ulong*)nonce = state.NonceLow;
        *(uint*)(nonce + 8) = state.NonceHigh;
        const nuint chunk = 16384;
        while (length > 0)
        {
            // SAFETY: both pointers advance by what was handled, at most length bytes, which the caller pinned. A chunk is hashed while it is
            // in the nearest cache, before it is overwritten when it is the input.
            var count = nuint.Min(length, chunk);
            var position = state.Position;
            if (direction == AeadDirection.Decrypt)
            {
                Absorb(key, ref state, new ReadOnlySpan<byte>(input, (int)count));
            }

            XorAt(key, nonce, position, input, output, count);
            if (direction == AeadDirection.Encrypt)
            {
                Absorb(key, ref state, new ReadOnlySpan<byte>(output, (int)count));
            }

            input += count;
            output += count;
            length -= count;
        }
    }

    /// <summary>Absorbs ciphertext without touching it.</summary>
    public static void Absorb(AeadKey key, ref AeadState state, ReadOnlySpan<byte> ciphertext)
    {
        var skip = (int)(state.Position % MacBlockBytes);
        state.Position += (uint)ciphertext.Length;
        Span<byte> pending = state.Pending;
        if (skip != 0)
        {
            var count = Math.Min(MacBlockBytes - skip, ciphertext.Length);
            ciphertext[..count].CopyTo(pending[skip..]);
            ciphertext = ciphertext[count..];
            if (skip + count < MacBlockBytes)
            {
                return;
            }

            HashSpan(key, ref state, pending);
        }

        var whole = ciphertext.Length & ~(MacBlockBytes - 1);
        HashSpan(key, ref state, ciphertext[..whole]);
        ciphertext[whole..].CopyTo(pending);
    }

    /// <summary>Absorbs the end and the lengths and writes the 16-byte tag.</summary>
    public static void Finish(AeadKey key, ref AeadState state, Span<byte> tag)
    {
        var open = (int)(state.Position % MacBlockBytes);
        HashPadded(key, ref state, ((ReadOnlySpan<byte>)state.Pending)[..open]);
        Span<byte> lengths = stackalloc byte[MacBlockBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(lengths, state.AadLength);
        BinaryPrimitives.WriteUInt64LittleEndian(lengths[8..], state.Position);
        HashSpan(key, ref state, lengths);
        Poly1305.Finish(in state.Mac, tag);
    }

    /// <summary>Combines bytes with the keystream at a payload offset; no authenticator.</summary>
    public static void XorAt(AeadKey key, byte* nonce, ulong offset, byte* input, byte* output, nuint length)
    {
        // RFC 8439 §2.8: block 0 gave the one-time key, the payload begins with block 1.
        var counter = 1 + (uint)(offset / ChaChaKernel.BlockBytes);
        key.ChaCha.Xor(key.Material, nonce, counter, (uint)(offset % ChaChaKernel.BlockBytes), input, output, length);
    }

    private static void HashPadded(AeadKey key, ref AeadState state, ReadOnlySpan<byte> end)
    {
        if (end.IsEmpty)
        {
            return;
        }

        Span<byte> last = stackalloc byte[MacBlockBytes];
        last.Clear();
        end.CopyTo(last);
        HashSpan(key, ref state, last);
    }

    private static void HashSpan(AeadKey key, ref AeadState state, ReadOnlySpan<byte> blocks)
    {
        // SAFETY: the span is pinned for the call, and its length is a multiple of a block.
        fixed (byte* data = blocks)
        {
            key.ChaCha.Hash(ref state.Mac, data, (nuint)blocks.Length / MacBlockBytes);
        }
    }
}
