using System.Buffers.Binary;

namespace NicEmu.DeviceModel.Port;

/// <summary>The hash of receive-side scaling, over up to 36 bytes of addresses and ports, by tables made from the key.</summary>
internal sealed class ToeplitzHash
{
    /// <summary>Bytes of a key: 32 address bytes, 4 port bytes and the width of the hash.</summary>
    public const int KeyLength = MaxInputLength + sizeof(uint);

    /// <summary>Longest input: two IPv6 addresses and two ports.</summary>
    public const int MaxInputLength = 36;

    private readonly uint[] _table = new uint[MaxInputLength * 256];
    private readonly byte[] _key = new byte[KeyLength];

    /// <summary>Makes the tables of another key; the same key costs a comparison.</summary>
    /// <param name="key">40 bytes.</param>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public void SetKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyLength)
        {
            throw new ArgumentException("A key has 40 bytes.", nameof(key));
        }

        if (key.SequenceEqual(_key))
        {
            return;
        }

        key.CopyTo(_key);
        Array.Clear(_table);
        for (int position = 0; position < MaxInputLength; position++)
        {
            ulong window = ((ulong)BinaryPrimitives.ReadUInt32BigEndian(key[position..]) << 8) | key[position + 4];
            Span<uint> row = _table.AsSpan(position * 256, 256);
            for (int bit = 0; bit < 8; bit++)
            {
                // Input bit 7-bit of this byte selects the 32 key bits that begin at it.
                uint part = (uint)(window >> (8 - bit));
                int value = 0x80 >> bit;
                for (int other = value; other < 256; other = (other + 1) | value)
                {
                    row[other] ^= part;
                }
            }
        }
    }

    /// <summary>The hash of an input.</summary>
    /// <param name="input">At most 36 bytes: source address, destination address, source port, destination port, in network order.</param>
    public uint Compute(ReadOnlySpan<byte> input)
    {
        uint hash = 0;
        int row = 0;
        foreach (byte b in input)
        {
            hash ^= _table[row + b];
            row += 256;
        }

        return hash;
    }
}
