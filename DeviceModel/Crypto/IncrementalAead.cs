using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>
/// Record protection that can stop and go on at any byte. All progress lies in the <see cref="AeadState"/>, so a record may be spread over
/// packets, saved, restored, replayed without output, or entered in the middle by <see cref="XorKeystreamAt"/>.
/// </summary>
/// <remarks>Input and output may be the same memory or apart, not partly overlapping. Nothing here allocates.</remarks>
internal static unsafe class IncrementalAead
{
    /// <summary>Nonce length of every algorithm here (RFC 8446 §5.3).</summary>
    public const int NonceBytes = 12;

    /// <summary>Tag length of every algorithm here.</summary>
    public const int TagBytes = 16;

    /// <summary>Starts a record.</summary>
    /// <param name="key">The key; the same one must be given to every later call.</param>
    /// <param name="nonce">12 bytes.</param>
    /// <param name="aad">All of the additional data.</param>
    /// <exception cref="ArgumentException">The nonce has another length.</exception>
    public static AeadState Begin(AeadKey key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> aad) =>
        Begin(key, nonce, key.IsGcm ? 1u : 0u, aad);

    /// <summary>Starts a record at any GCM counter value; only nonces of other lengths than 12 bytes give others than 1.</summary>
    internal static AeadState Begin(AeadKey key, ReadOnlySpan<byte> nonce, uint initialCounter, ReadOnlySpan<byte> aad)
    {
        CheckNonce(nonce);
        var state = new AeadState
        {
            NonceLow = BinaryPrimitives.ReadUInt64LittleEndian(nonce),
            NonceHigh = BinaryPrimitives.ReadUInt32LittleEndian(nonce[8..]),
            InitialCounter = initialCounter,
            AadLength = (uint)aad.Length,
            Algorithm = key.Algorithm,
            Phase = AeadPhase.Payload,
        };
        if (key.IsGcm)
        {
            GcmRecord.AbsorbAad(key, ref state, aad);
        }
        else
        {
            ChaChaRecord.Begin(key, ref state, nonce, aad);
        }

        return state;
    }

    /// <summary>Encrypts the next payload bytes.</summary>
    /// <param name="key">The key that began the record.</param>
    /// <param name="state">Advances by the length of the input.</param>
    /// <param name="input">Plaintext, any length.</param>
    /// <param name="output">Receives as many bytes of ciphertext; at least as long as the input.</param>
    /// <exception cref="ArgumentException">Output too short or partly overlapping; payload beyond the algorithm's limit.</exception>
    /// <exception cref="InvalidOperationException">The record was not begun with this algorithm, or is finished.</exception>
    public static void Encrypt(AeadKey key, ref AeadState state, ReadOnlySpan<byte> input, Span<byte> output) =>
        Process(key, ref state, input, output, AeadDirection.Encrypt);

    /// <summary>Decrypts the next payload bytes. What comes out is not authentic before <see cref="FinishAndVerify"/> says so.</summary>
    /// <inheritdoc cref="Encrypt" path="/exception"/>
    public static void Decrypt(AeadKey key, ref AeadState state, ReadOnlySpan<byte> input, Span<byte> output) =>
        Process(key, ref state, input, output, AeadDirection.Decrypt);

    /// <summary>Moves over ciphertext: the tag will cover it, no plaintext comes out.</summary>
    /// <inheritdoc cref="Encrypt" path="/exception"/>
    public static void Absorb(AeadKey key, ref AeadState state, ReadOnlySpan<byte> ciphertext)
    {
        CheckState(key, in state, ciphertext.Length);
        if (key.IsGcm)
        {
            GcmRecord.Absorb(key, ref state, ciphertext);
        }
        else
        {
            ChaChaRecord.Absorb(key, ref state, ciphertext);
        }
    }

    /// <summary>Replays plaintext: as <see cref="Encrypt"/>, but the ciphertext goes nowhere. The tag will cover it.</summary>
    /// <inheritdoc cref="Encrypt" path="/exception"/>
    public static void EncryptDiscard(AeadKey key, ref AeadState state, ReadOnlySpan<byte> plaintext)
    {
        Span<byte> scratch = stackalloc byte[1024];
        for (; !plaintext.IsEmpty; plaintext = plaintext[Math.Min(plaintext.Length, scratch.Length)..])
        {
            Encrypt(key, ref state, plaintext[..Math.Min(plaintext.Length, scratch.Length)], scratch);
        }
    }

    /// <summary>Ends the record and writes its tag.</summary>
    /// <param name="key">The key that began the record.</param>
    /// <param name="state">Becomes <see cref="AeadPhase.Finished"/>.</param>
    /// <param name="tag">Exactly 16 bytes.</param>
    /// <exception cref="ArgumentException">The tag has another length.</exception>
    /// <exception cref="InvalidOperationException">The record was not begun with this algorithm, or is finished.</exception>
    public static void Finish(AeadKey key, ref AeadState state, Span<byte> tag)
    {
        if (tag.Length != TagBytes)
        {
            throw new ArgumentException("A tag has 16 bytes.", nameof(tag));
        }

        CheckState(key, in state, 0);
        if (key.IsGcm)
        {
            GcmRecord.Finish(key, ref state, tag);
        }
        else
        {
            ChaChaRecord.Finish(key, ref state, tag);
        }

        state.Phase = AeadPhase.Finished;
    }

    /// <summary>Ends the record and compares its tag, in a time that does not depend on where they differ.</summary>
    /// <returns>True when the tag has 16 bytes and is right.</returns>
    /// <inheritdoc cref="Finish" path="/exception[@cref='InvalidOperationException']"/>
    public static bool FinishAndVerify(AeadKey key, ref AeadState state, ReadOnlySpan<byte> tag)
    {
        Span<byte> expected = stackalloc byte[TagBytes];
        Finish(key, ref state, expected);
        return CryptographicOperations.FixedTimeEquals(expected, tag);
    }

    /// <summary>Encrypts or decrypts any part of a payload without its tag, which needs all bytes before it.</summary>
    /// <param name="key">Any key.</param>
    /// <param name="nonce">12 bytes.</param>
    /// <param name="payloadOffset">Offset of the first input byte in the payload.</param>
    /// <param name="input">Any number of bytes.</param>
    /// <param name="output">Receives as many; at least as long as the input.</param>
    /// <exception cref="ArgumentException">Nonce or output of a wrong length, partial overlap, or beyond the algorithm's limit.</exception>
    public static void XorKeystreamAt(
        AeadKey key, ReadOnlySpan<byte> nonce, ulong payloadOffset, ReadOnlySpan<byte> input, Span<byte> output)
    {
        CheckNonce(nonce);
        CheckOutput(input, output);
        CheckLimit(key, payloadOffset, input.Length);

        // SAFETY: all three are pinned for the calls, and the output is at least as long as the input.
        fixed (byte* n = nonce, source = input, target = output)
        {
            if (key.IsGcm)
            {
                GcmRecord.XorAt(key, n, payloadOffset, source, target, (nuint)input.Length);
            }
            else
            {
                ChaChaRecord.XorAt(key, n, payloadOffset, source, target, (nuint)input.Length);
            }
        }

        GC.KeepAlive(key);
    }

    /// <summary>Protects a whole record.</summary>
    /// <inheritdoc cref="Encrypt" path="/exception"/>
    public static void Seal(
        AeadKey key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag)
    {
        var state = Begin(key, nonce, aad);
        Encrypt(key, ref state, plaintext, ciphertext);
        Finish(key, ref state, tag);
    }

    /// <summary>Opens a whole record. When the tag is wrong the plaintext is zeroed, so opening in place then loses the ciphertext.</summary>
    /// <returns>True when the record is authentic.</returns>
    /// <inheritdoc cref="Encrypt" path="/exception"/>
    public static bool Open(
        AeadKey key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext)
    {
        var state = Begin(key, nonce, aad);
        Decrypt(key, ref state, ciphertext, plaintext);
        if (FinishAndVerify(key, ref state, tag))
        {
            return true;
        }

        CryptographicOperations.ZeroMemory(plaintext[..ciphertext.Length]);
        return false;
    }

    private static void Process(
        AeadKey key, ref AeadState state, ReadOnlySpan<byte> input, Span<byte> output, AeadDirection direction)
    {
        CheckOutput(input, output);
        CheckState(key, in state, input.Length);

        // SAFETY: both are pinned for the calls, and the output is at least as long as the input.
        fixed (byte* source = input, target = output)
        {
            if (key.IsGcm)
            {
                GcmRecord.Process(key, ref state, source, target, (nuint)input.Length, direction);
            }
            else
            {
                ChaChaRecord.Process(key, ref state, source, target, (nuint)input.Length, direction);
            }
        }

        GC.KeepAlive(key);
    }

    private static void CheckNonce(ReadOnlySpan<byte> nonce)
    {
        if (nonce.Length != NonceBytes)
        {
            throw new ArgumentException("A nonce has 12 bytes.", nameof(nonce));
        }
    }

    private static void CheckState(AeadKey key, in AeadState state, int length)
    {
        if (state.Phase != AeadPhase.Payload || state.Algorithm != key.Algorithm)
        {
            throw new InvalidOperationException("The record was not begun with this algorithm, or is finished.");
        }

        CheckLimit(key, state.Position, length);
    }

    private static void CheckLimit(AeadKey key, ulong position, int length)
    {
        key.ThrowIfDisposed();
        var limit = key.IsGcm ? GcmRecord.MaxPayload : ChaChaRecord.MaxPayload;
        if (position > limit || (ulong)length > limit - position)
        {
            throw new ArgumentException("The payload exceeds what one nonce of this algorithm can protect.", nameof(length));
        }
    }

    private static void CheckOutput(ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (output.Length < input.Length)
        {
            throw new ArgumentException("The output is shorter than the input.", nameof(output));
        }

        if (input.Overlaps(output[..input.Length]) && !Unsafe.AreSame(in input[0], in output[0]))
        {
            throw new ArgumentException("Input and output overlap partly.", nameof(output));
        }
    }
}
