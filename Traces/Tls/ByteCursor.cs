using System.Buffers.Binary;

namespace NicEmu.Traces.Tls;

/// <summary>
/// Reads fields of a handshake message. Reading past the end gives zeros and empty ranges and sets <see cref="Failed"/>, so that hostile lengths need no
/// test at each field.
/// </summary>
internal ref struct ByteCursor(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether a field lay beyond the end.</summary>
    public bool Failed { get; private set; }

    public readonly bool IsEmpty => _rest.IsEmpty;

    public readonly int Length => _rest.Length;

    public byte U8()
    {
        ReadOnlySpan<byte> field = Take(1);
        return field.IsEmpty ? (byte)0 : field[0];
    }

    public ushort U16()
    {
        ReadOnlySpan<byte> field = Take(2);
        return field.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(field);
    }

    public int U24()
    {
        ReadOnlySpan<byte> field = Take(3);
        return field.IsEmpty ? 0 : (field[0] << 16) | (field[1] << 8) | field[2];
    }

    public uint U32()
    {
        ReadOnlySpan<byte> field = Take(4);
        return field.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32BigEndian(field);
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            Failed = true;
            _rest = default;
            return default;
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>A vector behind a length of one byte.</summary>
    public ReadOnlySpan<byte> Vector8() => Take(U8());

    /// <summary>A vector behind a length of two bytes.</summary>
    public ReadOnlySpan<byte> Vector16() => Take(U16());

    /// <summary>A vector behind a length of three bytes.</summary>
    public ReadOnlySpan<byte> Vector24() => Take(U24());
}
