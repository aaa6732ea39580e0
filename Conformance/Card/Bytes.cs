using System.Buffers.Binary;

namespace NicEmu.Conformance.Card;

/// <summary>A little-endian structure of fixed length, built field by field at the offsets of the manual.</summary>
/// <param name="length">Its length in bytes.</param>
public sealed class Bytes(int length)
{
    private readonly byte[] _bytes = new byte[length];

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>Writes one byte.</summary>
    /// <param name="offset">Offset.</param>
    /// <param name="value">Value.</param>
    public Bytes U8(int offset, byte value)
    {
        _bytes[offset] = value;
        return this;
    }

    /// <summary>Writes two bytes.</summary>
    /// <param name="offset">Offset.</param>
    /// <param name="value">Value.</param>
    public Bytes U16(int offset, ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(offset), value);
        return this;
    }

    /// <summary>Writes four bytes.</summary>
    /// <param name="offset">Offset.</param>
    /// <param name="value">Value.</param>
    public Bytes U32(int offset, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(offset), value);
        return this;
    }

    /// <summary>Writes eight bytes.</summary>
    /// <param name="offset">Offset.</param>
    /// <param name="value">Value.</param>
    public Bytes U64(int offset, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(offset), value);
        return this;
    }

    /// <summary>Writes bytes as they are.</summary>
    /// <param name="offset">Offset.</param>
    /// <param name="value">The bytes.</param>
    public Bytes Raw(int offset, ReadOnlySpan<byte> value)
    {
        value.CopyTo(_bytes.AsSpan(offset));
        return this;
    }
}
