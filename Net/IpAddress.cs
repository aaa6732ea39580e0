using System.Buffers.Binary;
using System.Net;

namespace NicEmu.Net;

/// <summary>An IPv4 or IPv6 address as a value, so that tables and packets need no heap object. The default value is no address.</summary>
public readonly record struct IpAddress
{
    private readonly ulong _high;
    private readonly ulong _low;
    private readonly byte _length;

    private IpAddress(ulong high, ulong low, byte length) => (_high, _low, _length) = (high, low, length);

    /// <summary>Size on the wire in bytes: 4, 16, or 0 for no address.</summary>
    public int Length => _length;

    /// <summary>True for IPv6.</summary>
    public bool IsIpv6 => _length == 16;

    /// <summary>True for no address, 0.0.0.0 and ::.</summary>
    public bool IsUnspecified => (_high | _low) == 0;

    /// <summary>True for 224.0.0.0/4 and ff00::/8.</summary>
    public bool IsMulticast => IsIpv6 ? _high >> 56 == 0xFF : (uint)_low >> 28 == 0xE;

    /// <summary>True for 255.255.255.255.</summary>
    public bool IsLimitedBroadcast => _length == 4 && (uint)_low == uint.MaxValue;

    /// <summary>Reads the first four bytes as an IPv4 address.</summary>
    public static IpAddress ReadIpv4(ReadOnlySpan<byte> bytes) => new(0, BinaryPrimitives.ReadUInt32BigEndian(bytes), 4);

    /// <summary>Reads the first sixteen bytes as an IPv6 address.</summary>
    public static IpAddress ReadIpv6(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), 16);

    /// <summary>Reads the usual text forms of either family.</summary>
    /// <exception cref="FormatException">Neither form.</exception>
    public static IpAddress Parse(string text)
    {
        byte[] bytes = IPAddress.Parse(text).GetAddressBytes();
        return bytes.Length == 4 ? ReadIpv4(bytes) : ReadIpv6(bytes);
    }

    /// <summary>The solicited-node group of an IPv6 address: ff02::1:ff and its last three bytes (RFC 4291 §2.7.1).</summary>
    public IpAddress SolicitedNode() => new(0xFF02_0000_0000_0000, 0x1_FF00_0000 | (_low & 0xFF_FFFF), 16);

    /// <summary>True if both are of one family and agree in the first <paramref name="prefixLength"/> bits.</summary>
    public bool IsInSameSubnet(in IpAddress other, int prefixLength)
    {
        if (_length != other._length) return false;
        int bits = _length * 8;
        int ignored = Math.Clamp(bits - prefixLength, 0, bits);
        UInt128 difference = new UInt128(_high, _low) ^ new UInt128(other._high, other._low);
        return ignored == 128 || difference >> ignored == 0;
    }

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> destination)
    {
        if (_length == 4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)_low);
        }
        else if (_length == 16)
        {
            BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
            BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
        }
    }

    /// <summary>The usual text form; <c>none</c> for no address.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        Write(bytes);
        return _length == 0 ? "none" : new IPAddress(bytes[.._length]).ToString();
    }

    internal ulong Mix(ulong state) => Scrambler.Mix(Scrambler.Mix(state ^ _high) ^ _low);

    internal void AddTo(ref InternetChecksum sum)
    {
        for (int shift = 0; shift < 64; shift += 16)
        {
            sum.AddWord((ushort)(_high >> shift));
            sum.AddWord((ushort)(_low >> shift));
        }
    }
}
