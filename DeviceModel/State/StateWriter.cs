using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NicEmu.DeviceModel.State;

/// <summary>Writes a part's saved state: little-endian values in a fixed order, each part behind its own mark and version.</summary>
public sealed class StateWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    /// <summary>The bytes written so far.</summary>
    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    /// <summary>Begins a part.</summary>
    /// <param name="mark">Number that tells the part from the others.</param>
    /// <param name="version">Version of its layout.</param>
    public void Part(ushort mark, ushort version)
    {
        Word16(mark);
        Word16(version);
    }

    /// <summary>Writes a byte.</summary>
    /// <param name="value">The value.</param>
    public void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    /// <summary>Writes a truth value as one byte.</summary>
    /// <param name="value">The value.</param>
    public void Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    /// <summary>Writes 16 bits.</summary>
    /// <param name="value">The value.</param>
    public void Word16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.GetSpan(2), value);
        _buffer.Advance(2);
    }

    /// <summary>Writes 32 bits.</summary>
    /// <param name="value">The value.</param>
    public void Word32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    /// <summary>Writes a signed number of 32 bits.</summary>
    /// <param name="value">The value.</param>
    public void Count(int value) => Word32((uint)value);

    /// <summary>Writes 64 bits.</summary>
    /// <param name="value">The value.</param>
    public void Word64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    /// <summary>Writes a signed number of 64 bits.</summary>
    /// <param name="value">The value.</param>
    public void Time(long value) => Word64((ulong)value);

    /// <summary>Writes a deadline that may be absent.</summary>
    /// <param name="value">The deadline in picoseconds; null when there is none.</param>
    public void Deadline(long? value)
    {
        Bool(value.HasValue);
        Time(value ?? 0);
    }

    /// <summary>Writes bytes behind their count.</summary>
    /// <param name="bytes">The bytes.</param>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Count(bytes.Length);
        _buffer.Write(bytes);
    }

    /// <summary>Writes a value as it lies in memory.</summary>
    /// <typeparam name="T">An explicit layout of <c>Spec</c>.</typeparam>
    /// <param name="value">The value.</param>
    public void Value<T>(T value)
        where T : unmanaged
    {
        MemoryMarshal.Write(_buffer.GetSpan(Unsafe.SizeOf<T>()), value);
        _buffer.Advance(Unsafe.SizeOf<T>());
    }

    /// <summary>Overwrites everything written with zeros: saved state holds keys.</summary>
    public void Clear() => _buffer.Clear();
}
