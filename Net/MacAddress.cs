using System.Buffers.Binary;
using System.Globalization;

namespace NicEmu.Net;

/// <summary>A 48-bit IEEE 802 MAC address.</summary>
public readonly record struct MacAddress
{
    private readonly ulong _value;

    private MacAddress(ulong value) => _value = value;

    /// <summary>Size on the wire in bytes.</summary>
    public const int Length = 6;

    /// <summary>ff:ff:ff:ff:ff:ff.</summary>
    public static MacAddress Broadcast => new(0xFFFF_FFFF_FFFF);

    /// <summary>True if the I/G bit is set: group addresses, broadcast among them.</summary>
    public bool IsMulticast => (_value & 0x0100_0000_0000) != 0;

    /// <summary>Reads the first six bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than six bytes.</exception>
    public static MacAddress Read(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes.Length, Length);
        return new((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32 | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]));
    }

    /// <summary>Reads text such as <c>02:00:5e:10:00:01</c>.</summary>
    /// <exception cref="FormatException">Not six hexadecimal pairs joined by colons.</exception>
    public static MacAddress Parse(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length != Length) throw new FormatException($"'{text}' is not a MAC address.");
        ulong value = 0;
        foreach (string part in parts) value = value << 8 | byte.Parse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return new(value);
    }

    /// <summary>The group address that carries an IPv6 multicast group: 33:33 and the group's last four bytes (RFC 2464 §7).</summary>
    public static MacAddress ForMulticast(in IpAddress group)
    {
        Span<byte> bytes = stackalloc byte[16];
        group.Write(bytes);
        return new(0x3333UL << 32 | BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]));
    }

    /// <summary>Writes six bytes.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)(_value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(destination[2..], (uint)_value);
    }

    /// <summary>Lower-case pairs joined by colons.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        Write(bytes);
        return $"{bytes[0]:x2}:{bytes[1]:x2}:{bytes[2]:x2}:{bytes[3]:x2}:{bytes[4]:x2}:{bytes[5]:x2}";
    }
}
