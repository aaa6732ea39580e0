using System.Buffers.Binary;

namespace NicEmu.Net;

/// <summary>The 16-bit one's complement sum of RFC 1071, fed piece by piece; a piece may have any length and start at any offset.</summary>
public struct InternetChecksum
{
    private ulong _sum;
    private bool _odd;

    /// <summary>The checksum field's value for what was added: the complement of the folded sum.</summary>
    public readonly ushort Value => (ushort)~Fold(_sum);

    /// <summary>True if what was added, its checksum field included, sums to all ones (RFC 1071 §1, step 3).</summary>
    public readonly bool IsValid => Fold(_sum) == 0xFFFF;

    /// <summary>Checksum of one piece of memory.</summary>
    public static ushort Compute(ReadOnlySpan<byte> data)
    {
        var sum = new InternetChecksum();
        sum.Add(data);
        return sum.Value;
    }

    /// <summary>Adds the bytes that follow those added before.</summary>
    public void Add(ReadOnlySpan<byte> data)
    {
        ulong sum = 0;
        int offset = 0;
        for (; offset + 8 <= data.Length; offset += 8)
        {
            ulong word = BinaryPrimitives.ReadUInt64BigEndian(data[offset..]);
            sum += (word >> 32) + (uint)word;
        }

        for (; offset + 2 <= data.Length; offset += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(data[offset..]);
        if (offset < data.Length) sum += (ulong)data[offset] << 8;

        ushort folded = Fold(sum);
        // RFC 1071 §2 (B): the sum of byte-swapped words is the byte-swapped sum, so a piece at an odd offset is swapped.
        _sum += _odd ? BinaryPrimitives.ReverseEndianness(folded) : folded;
        _odd ^= (data.Length & 1) != 0;
    }

    /// <summary>Adds one 16-bit word; only valid at an even offset.</summary>
    public void AddWord(ushort word) => _sum += word;

    /// <summary>Adds the pseudo-header of RFC 9293 §3.1 (IPv4) or RFC 8200 §8.1 (IPv6).</summary>
    /// <param name="source">Source address.</param>
    /// <param name="destination">Destination address, of the same family.</param>
    /// <param name="protocol">IP protocol number of the upper layer.</param>
    /// <param name="length">Length of the upper layer's header and data in bytes.</param>
    public void AddPseudoHeader(in IpAddress source, in IpAddress destination, byte protocol, int length)
    {
        source.AddTo(ref this);
        destination.AddTo(ref this);
        _sum += protocol;
        _sum += (uint)length >> 16;
        _sum += (uint)length & 0xFFFF;
    }

    private static ushort Fold(ulong sum)
    {
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)sum;
    }
}
