using System.Buffers.Binary;

namespace NicEmu.Driver.Memory;

/// <summary>What a storage device holds: given bytes, or bytes that follow from a seed. It is the device's own, not memory of the host.</summary>
public sealed class StorageContent
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly ulong _seed;
    private readonly bool _isSeeded;

    private StorageContent(ReadOnlyMemory<byte> bytes, ulong seed, bool isSeeded, int length) => (_bytes, _seed, _isSeeded, Length) = (bytes, seed, isSeeded, length);

    /// <summary>Length in bytes.</summary>
    public int Length { get; }

    /// <summary>Given bytes.</summary>
    /// <param name="bytes">They are not copied.</param>
    public static StorageContent Of(ReadOnlyMemory<byte> bytes) => new(bytes, 0, isSeeded: false, bytes.Length);

    /// <summary>Bytes that look random and are the same for the same seed, without being held anywhere.</summary>
    /// <param name="length">Length in bytes, at least 0.</param>
    /// <param name="seed">Decides about all of them.</param>
    public static StorageContent Seeded(int length, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new(default, seed, isSeeded: true, length);
    }

    /// <summary>The beginning of it.</summary>
    /// <param name="length">Bytes; all when there are fewer.</param>
    public StorageContent First(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        length = Math.Min(length, Length);
        return _isSeeded ? Seeded(length, _seed) : Of(_bytes[..length]);
    }

    /// <summary>Gives a part.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="destination">Receives the bytes, which lie within the content.</param>
    public void Read(int offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, Length - offset);
        if (!_isSeeded)
        {
            _bytes.Span.Slice(offset, destination.Length).CopyTo(destination);
            return;
        }

        Span<byte> word = stackalloc byte[8];
        while (destination.Length > 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, Mix(_seed + ((ulong)(offset / 8) * 0x9E37_79B9_7F4A_7C15)));
            int part = Math.Min(8 - (offset % 8), destination.Length);
            word.Slice(offset % 8, part).CopyTo(destination);
            destination = destination[part..];
            offset += part;
        }
    }

    /// <summary>The mixing function of SplitMix64.</summary>
    internal static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
