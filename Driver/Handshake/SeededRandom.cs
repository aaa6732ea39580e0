using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Prng;
using Org.BouncyCastle.Security;

namespace NicEmu.Driver.Handshake;

/// <summary>Random bytes that depend on a seed and a purpose alone: SHA-256 over seed, purpose and a counter.</summary>
internal sealed class SeededRandom : IRandomGenerator
{
    private readonly byte[] _input;
    private readonly byte[] _block = new byte[SHA256.HashSizeInBytes];
    private int _used = SHA256.HashSizeInBytes;
    private ulong _counter;

    private SeededRandom(ulong seed, string purpose)
    {
        _input = [.. new byte[16], .. Encoding.ASCII.GetBytes(purpose)];
        BinaryPrimitives.WriteUInt64LittleEndian(_input, seed);
    }

    public static SecureRandom Create(ulong seed, string purpose) => new(new SeededRandom(seed, purpose));

    /// <summary>Does nothing: the library would add what differs from run to run.</summary>
    public void AddSeedMaterial(byte[] seed)
    {
    }

    /// <inheritdoc cref="AddSeedMaterial(byte[])"/>
    public void AddSeedMaterial(ReadOnlySpan<byte> seed)
    {
    }

    /// <inheritdoc cref="AddSeedMaterial(byte[])"/>
    public void AddSeedMaterial(long seed)
    {
    }

    public void NextBytes(byte[] bytes) => NextBytes(bytes.AsSpan());

    public void NextBytes(byte[] bytes, int start, int len) => NextBytes(bytes.AsSpan(start, len));

    public void NextBytes(Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_used == _block.Length)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(_input.AsSpan(8), _counter++);
                SHA256.HashData(_input, _block);
                _used = 0;
            }

            int count = Math.Min(bytes.Length, _block.Length - _used);
            _block.AsSpan(_used, count).CopyTo(bytes);
            _used += count;
            bytes = bytes[count..];
        }
    }
}
