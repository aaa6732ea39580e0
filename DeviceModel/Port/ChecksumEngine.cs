using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace NicEmu.DeviceModel.Port;

/// <summary>
/// The Internet checksum (RFC 1071). A running sum is a number below 2^32 that stands for its value modulo 65535; only the last piece of a
/// summed whole may have an odd length.
/// </summary>
internal static class ChecksumEngine
{
    private const int BlockBytes = 32768;

    /// <summary>Adds bytes, taken as big-endian 16-bit words, to a running sum.</summary>
    /// <param name="sum">The sum so far, at most 0xFFFF.</param>
    /// <param name="data">The bytes; an odd last one is padded with zero.</param>
    /// <returns>The new sum, at most 0xFFFF.</returns>
    public static uint Add(uint sum, ReadOnlySpan<byte> data)
    {
        // RFC 1071 §2(B): the sum of byte-swapped words is the byte-swapped sum.
        ulong swapped = 0;
        while (data.Length > BlockBytes)
        {
            swapped += AddBlock(data[..BlockBytes]);
            data = data[BlockBytes..];
        }

        swapped += AddBlock(data);
        uint folded = Fold(swapped);
        return Fold((ulong)sum + (BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness((ushort)folded) : folded));
    }

    /// <summary>Adds one 16-bit word.</summary>
    /// <param name="sum">The sum so far.</param>
    /// <param name="word">The word.</param>
    public static uint Add(uint sum, uint word) => Fold((ulong)sum + word);

    /// <summary>The checksum of a finished sum.</summary>
    /// <param name="sum">The sum, checksum field taken as zero.</param>
    public static ushort Finish(uint sum) => (ushort)~Fold(sum);

    /// <summary>Whether a sum over data with its checksum field is that of intact data.</summary>
    /// <param name="sum">The sum.</param>
    public static bool IsValid(uint sum) => Fold(sum) == 0xFFFF;

    /// <summary>The checksum after one covered 16-bit word changed (RFC 1624 §3, equation 3).</summary>
    /// <param name="checksum">The old checksum.</param>
    /// <param name="oldWord">The word's old value.</param>
    /// <param name="newWord">The word's new value.</param>
    public static ushort Update(ushort checksum, ushort oldWord, ushort newWord) =>
        (ushort)~Fold((ulong)(ushort)~checksum + (ushort)~oldWord + newWord);

    /// <summary>Sum of the pseudo header of TCP or UDP (RFC 9293 §3.1, RFC 768, RFC 8200 §8.1).</summary>
    /// <param name="ipHeader">IP header, at least 20 or 40 bytes.</param>
    /// <param name="ipVersion">4 or 6.</param>
    /// <param name="protocol">IP protocol number.</param>
    /// <param name="length">Bytes of layer 4 header and payload.</param>
    public static uint PseudoHeader(ReadOnlySpan<byte> ipHeader, int ipVersion, byte protocol, int length)
    {
        ReadOnlySpan<byte> addresses = ipVersion == 4 ? ipHeader.Slice(12, 8) : ipHeader.Slice(8, 32);
        return Fold((ulong)Add(0, addresses) + protocol + (uint)(length >> 16) + (uint)(length & 0xFFFF));
    }

    private static ulong AddBlock(ReadOnlySpan<byte> data)
    {
        ulong sum = 0;
        int width = Vector<byte>.Count;
        if (Vector.IsHardwareAccelerated && data.Length >= width)
        {
            // A lane takes at most two 16-bit words from each vector: it cannot overflow within a block.
            ReadOnlySpan<Vector<ushort>> vectors = MemoryMarshal.Cast<byte, Vector<ushort>>(data);
            Vector<uint> lanes = Vector<uint>.Zero;
            foreach (ref readonly Vector<ushort> vector in vectors)
            {
                Vector.Widen(vector, out Vector<uint> low, out Vector<uint> high);
                lanes += low + high;
            }

            Vector.Widen(lanes, out Vector<ulong> first, out Vector<ulong> second);
            sum = Vector.Sum(first + second);
            data = data[(vectors.Length * width)..];
        }

        ReadOnlySpan<ushort> words = MemoryMarshal.Cast<byte, ushort>(data);
        foreach (ushort word in words)
        {
            sum += word;
        }

        if ((data.Length & 1) != 0)
        {
            sum += BitConverter.IsLittleEndian ? data[^1] : (uint)data[^1] << 8;
        }

        return sum;
    }

    private static uint Fold(ulong sum)
    {
        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (uint)sum;
    }
}
