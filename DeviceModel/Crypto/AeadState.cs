using System.Buffers.Binary;

namespace NicEmu.DeviceModel.Crypto;

/// <summary>
/// One record half way through protection or opening: a plain value without references, which can be copied, saved and restored between any
/// two bytes. The keystream position follows from the payload position, so no keystream is kept.
/// </summary>
/// <remarks>A saved state is secret: for ChaCha20-Poly1305 it holds the one-time key of its record.</remarks>
internal struct AeadState
{
    /// <summary>Bytes written by <see cref="Save"/>.</summary>
    public const int SavedBytes = 8 + (7 * 8) + 16 + 12 + 4 + 4 + 4;

    private const byte Version = 1;

    internal MacState Mac;
    internal PendingBlock Pending;
    internal ulong NonceLow;
    internal uint NonceHigh;
    internal uint InitialCounter;

    /// <summary>Payload bytes handled so far.</summary>
    public ulong Position { readonly get; internal set; }

    /// <summary>Length of the additional data in bytes.</summary>
    public uint AadLength { readonly get; internal set; }

    /// <summary>The algorithm of the key that began the record; 0 before.</summary>
    public AeadAlgorithm Algorithm { readonly get; internal set; }

    /// <summary>What may follow.</summary>
    public AeadPhase Phase { readonly get; internal set; }

    /// <summary>Writes <see cref="SavedBytes"/> bytes, little-endian, the format's version last.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public readonly void Save(Span<byte> destination)
    {
        if (destination.Length < SavedBytes)
        {
            throw new ArgumentException("A saved state takes more bytes.", nameof(destination));
        }

        BinaryPrimitives.WriteUInt64LittleEndian(destination, Position);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], Mac.Sum0);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], Mac.Sum1);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], Mac.Sum2);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[32..], Mac.Multiplier0);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[40..], Mac.Multiplier1);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[48..], Mac.Addend0);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[56..], Mac.Addend1);
        ((ReadOnlySpan<byte>)Pending).CopyTo(destination[64..]);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[80..], NonceLow);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[88..], NonceHigh);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[92..], InitialCounter);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[96..], AadLength);
        destination[100] = (byte)Algorithm;
        destination[101] = (byte)Phase;
        destination[102] = 0;
        destination[103] = Version;
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="ArgumentException">Too short, another version, or values that no state can have.</exception>
    public static AeadState Restore(ReadOnlySpan<byte> source)
    {
        if (source.Length < SavedBytes || source[103] != Version || source[102] != 0
            || source[100] > (byte)AeadAlgorithm.ChaCha20Poly1305 || source[101] > (byte)AeadPhase.Finished
            || (source[100] == 0) != (source[101] == (byte)AeadPhase.Idle)
            || BinaryPrimitives.ReadUInt64LittleEndian(source[24..]) > Poly1305.MaxTopWord)
        {
            throw new ArgumentException("Not a saved record state of this version.", nameof(source));
        }

        var state = new AeadState
        {
            Position = BinaryPrimitives.ReadUInt64LittleEndian(source),
            Mac =
            {
                Sum0 = BinaryPrimitives.ReadUInt64LittleEndian(source[8..]),
                Sum1 = BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
                Sum2 = BinaryPrimitives.ReadUInt64LittleEndian(source[24..]),
                Multiplier0 = BinaryPrimitives.ReadUInt64LittleEndian(source[32..]) & Poly1305.ClampLow,
                Multiplier1 = BinaryPrimitives.ReadUInt64LittleEndian(source[40..]) & Poly1305.ClampHigh,
                Addend0 = BinaryPrimitives.ReadUInt64LittleEndian(source[48..]),
                Addend1 = BinaryPrimitives.ReadUInt64LittleEndian(source[56..]),
            },
            NonceLow = BinaryPrimitives.ReadUInt64LittleEndian(source[80..]),
            NonceHigh = BinaryPrimitives.ReadUInt32LittleEndian(source[88..]),
            InitialCounter = BinaryPrimitives.ReadUInt32LittleEndian(source[92..]),
            AadLength = BinaryPrimitives.ReadUInt32LittleEndian(source[96..]),
            Algorithm = (AeadAlgorithm)source[100],
            Phase = (AeadPhase)source[101],
        };
        source.Slice(64, 16).CopyTo(state.Pending);
        return state;
    }
}
