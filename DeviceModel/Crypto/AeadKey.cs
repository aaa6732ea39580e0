using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>
/// One key in expanded form, in pinned memory that is zeroed on <see cref="Dispose"/>. Any use after that throws
/// <see cref="ObjectDisposedException"/>: the caller's defect, never the guest's.
/// </summary>
internal sealed unsafe class AeadKey : IDisposable
{
    private const int Alignment = 64;

    private readonly byte[] _memory;
    private readonly byte* _material;
    private bool _disposed;

    /// <summary>Expands a key for the fastest kernel of this processor.</summary>
    /// <param name="algorithm">What the key is for.</param>
    /// <param name="key">Exactly <see cref="KeyBytes"/> bytes; copied.</param>
    /// <exception cref="ArgumentException">The length does not fit the algorithm.</exception>
    public AeadKey(AeadAlgorithm algorithm, ReadOnlySpan<byte> key)
        : this(algorithm, key, CipherKernels.Best(algorithm))
    {
    }

    /// <summary>Expands a key for a given kernel.</summary>
    /// <exception cref="ArgumentException">The length does not fit the algorithm.</exception>
    /// <exception cref="PlatformNotSupportedException">This processor cannot run the kernel.</exception>
    public AeadKey(AeadAlgorithm algorithm, ReadOnlySpan<byte> key, CipherKernel kernel)
    {
        if (key.Length != KeyBytes(algorithm))
        {
            throw new ArgumentException("The key length does not fit the algorithm.", nameof(key));
        }

        if (!CipherKernels.IsSupported(algorithm, kernel))
        {
            throw new PlatformNotSupportedException("This processor lacks instructions of the chosen cipher kernel.");
        }

        Algorithm = algorithm;
        Kernel = kernel;
        Gcm = GcmKernel.For(kernel);
        ChaCha = ChaChaKernel.For(kernel);
        var size = algorithm == AeadAlgorithm.ChaCha20Poly1305 ? key.Length : GcmMaterial.Size;
        _memory = GC.AllocateArray<byte>(size + Alignment, pinned: true);

        // SAFETY: the array is pinned for its whole life and lives as long as this object; after rounding up, size bytes remain.
        fixed (byte* start = _memory)
        {
            _material = (byte*)(((nuint)start + Alignment - 1) & ~(nuint)(Alignment - 1));
        }

        var material = new Span<byte>(_material, size);
        if (algorithm == AeadAlgorithm.ChaCha20Poly1305)
        {
            key.CopyTo(material);
        }
        else
        {
            Gcm.Expand(key, material);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, digest);
        Fingerprint = BinaryPrimitives.ReadUInt32BigEndian(digest);
    }

    /// <summary>What the key is for.</summary>
    public AeadAlgorithm Algorithm { get; }

    /// <summary>How blocks are computed with it.</summary>
    public CipherKernel Kernel { get; }

    /// <summary>The first four bytes of the key's SHA-256, the first byte on top: the only form in which a key is ever shown.</summary>
    public uint Fingerprint { get; }

    /// <summary>True for both AES key sizes.</summary>
    internal bool IsGcm => Algorithm != AeadAlgorithm.ChaCha20Poly1305;

    /// <summary>The block functions when <see cref="IsGcm"/>.</summary>
    internal GcmKernel Gcm { get; }

    /// <summary>The block functions when not <see cref="IsGcm"/>.</summary>
    internal ChaChaKernel ChaCha { get; }

    /// <summary>Expanded key, aligned to 64 bytes; its first bytes are the raw key. Valid while this object is reachable.</summary>
    internal byte* Material
    {
        get
        {
            ThrowIfDisposed();
            return _material;
        }
    }

    /// <summary>The memory that held the key, also after disposal.</summary>
    internal ReadOnlySpan<byte> Memory => _memory;

    /// <summary>Key length in bytes: 16 for AES-128, else 32.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such algorithm.</exception>
    public static int KeyBytes(AeadAlgorithm algorithm) => algorithm switch
    {
        AeadAlgorithm.Aes128Gcm => 16,
        AeadAlgorithm.Aes256Gcm or AeadAlgorithm.ChaCha20Poly1305 => 32,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };

    /// <summary>Compares algorithm and key; the time taken tells nothing about the key.</summary>
    public bool FixedTimeEquals(AeadKey other) =>
        Algorithm == other.Algorithm && CryptographicOperations.FixedTimeEquals(Raw, other.Raw);

    /// <summary>Compares with a raw key; the time taken tells nothing about the key.</summary>
    public bool FixedTimeEquals(ReadOnlySpan<byte> key) => CryptographicOperations.FixedTimeEquals(Raw, key);

    // SAFETY: every layout begins with the raw key.
    private ReadOnlySpan<byte> Raw => new(Material, KeyBytes(Algorithm));

    /// <summary>For operations that may have nothing to compute yet.</summary>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    /// <summary>Zeroes the key. Further calls do nothing.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_memory);
    }
}
