using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NicEmu.DeviceModel.State;

/// <summary>Reads what <see cref="StateWriter"/> wrote, in the same order.</summary>
/// <param name="bytes">The saved bytes.</param>
public ref struct StateReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether everything has been read.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>Reads the beginning of a part.</summary>
    /// <param name="mark">Number of the expected part.</param>
    /// <param name="newest">Newest version that the caller understands.</param>
    /// <returns>The version that was written.</returns>
    /// <exception cref="ArgumentException">Another part, or a newer version.</exception>
    public ushort Part(ushort mark, ushort newest)
    {
        ushort found = Word16();
        ushort version = Word16();
        if (found != mark || version == 0 || version > newest)
        {
            throw new ArgumentException($"Saved state: part {mark} version {newest} expected, part {found} version {version} found.");
        }

        return version;
    }

    /// <summary>Reads a byte.</summary>
    public byte Byte() => Take(1)[0];

    /// <summary>Reads a truth value.</summary>
    public bool Bool() => Byte() != 0;

    /// <summary>Reads 16 bits.</summary>
    public ushort Word16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    /// <summary>Reads 32 bits.</summary>
    public uint Word32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>Reads a signed number of 32 bits.</summary>
    public int Count() => (int)Word32();

    /// <summary>Reads 64 bits.</summary>
    public ulong Word64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>Reads a signed number of 64 bits.</summary>
    public long Time() => (long)Word64();

    /// <summary>Reads a deadline that may be absent.</summary>
    public long? Deadline()
    {
        bool present = Bool();
        long value = Time();
        return present ? value : null;
    }

    /// <summary>Reads bytes behind their count.</summary>
    public ReadOnlySpan<byte> Bytes() => Take(Count());

    /// <summary>Reads a value as it lies in memory.</summary>
    /// <typeparam name="T">An explicit layout of <c>Spec</c>.</typeparam>
    public T Value<T>()
        where T : unmanaged => MemoryMarshal.Read<T>(Take(Unsafe.SizeOf<T>()));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _rest.Length)
        {
            throw new ArgumentException("Saved state ends early.");
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
