using System.Buffers.Binary;

namespace NicEmu.Net;

/// <summary>The TCP options this stack knows: MSS (RFC 9293 §3.7.1), window scale and time stamps (RFC 7323), SACK (RFC 2018).</summary>
public struct TcpOptions
{
    private const byte KindEnd = 0;
    private const byte KindNoOperation = 1;
    private const byte KindMss = 2;
    private const byte KindWindowScale = 3;
    private const byte KindSackPermitted = 4;
    private const byte KindSack = 5;
    private const byte KindTimestamps = 8;

    private SackBlockList _sackBlocks;

    /// <summary>No option.</summary>
    public TcpOptions()
    {
    }

    /// <summary>Maximum segment size in bytes, or −1 if absent.</summary>
    public int MaximumSegmentSize { get; set; } = -1;

    /// <summary>Window shift as sent, 0 to 255, or −1 if absent; values above 14 count as 14 (RFC 7323 §2.3).</summary>
    public int WindowScale { get; set; } = -1;

    /// <summary>SACK-Permitted is present.</summary>
    public bool SackPermitted { get; set; }

    /// <summary>Time stamps are present.</summary>
    public bool HasTimestamps { get; set; }

    /// <summary>TSval.</summary>
    public uint TimestampValue { get; set; }

    /// <summary>TSecr.</summary>
    public uint TimestampEcho { get; set; }

    /// <summary>Number of SACK blocks, 0 to 4.</summary>
    public int SackCount { get; private set; }

    /// <summary>Bytes that <see cref="Write"/> needs, a multiple of 4.</summary>
    public readonly int EncodedLength =>
        (MaximumSegmentSize >= 0 ? 4 : 0) + (WindowScale >= 0 ? 4 : 0) + (SackPermitted ? 4 : 0)
        + (HasTimestamps ? 12 : 0) + (SackCount > 0 ? 4 + (8 * SackCount) : 0);

    /// <summary>Block <paramref name="index"/>, which must be below <see cref="SackCount"/>.</summary>
    public readonly SackBlock GetSackBlock(int index) => _sackBlocks[index];

    /// <summary>Appends a block; false if four are there already.</summary>
    public bool AddSackBlock(SackBlock block)
    {
        if (SackCount == SackBlockList.Capacity) return false;
        _sackBlocks[SackCount++] = block;
        return true;
    }

    /// <summary>Reads the option bytes between the fixed header and the data.</summary>
    /// <returns>False if an option's length is below 2 or passes the end. An option of known kind and wrong length is ignored (RFC 9293 §3.1, MUST-6).</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TcpOptions options)
    {
        options = new();
        while (bytes.Length > 0)
        {
            if (bytes[0] == KindEnd) return true;
            if (bytes[0] == KindNoOperation)
            {
                bytes = bytes[1..];
                continue;
            }

            if (bytes.Length < 2 || bytes[1] < 2 || bytes[1] > bytes.Length) return false;
            options.ReadOne(bytes[0], bytes[2..bytes[1]]);
            bytes = bytes[bytes[1]..];
        }

        return true;
    }

    /// <summary>Writes the options, padded by NOP to multiples of four.</summary>
    /// <returns><see cref="EncodedLength"/>.</returns>
    public readonly int Write(Span<byte> destination)
    {
        int at = 0;
        if (MaximumSegmentSize >= 0)
        {
            destination[0] = KindMss;
            destination[1] = 4;
            BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)MaximumSegmentSize);
            at = 4;
        }

        if (SackPermitted)
        {
            Pad(destination, ref at);
            destination[at++] = KindSackPermitted;
            destination[at++] = 2;
        }

        if (HasTimestamps)
        {
            Pad(destination, ref at);
            destination[at] = KindTimestamps;
            destination[at + 1] = 10;
            BinaryPrimitives.WriteUInt32BigEndian(destination[(at + 2)..], TimestampValue);
            BinaryPrimitives.WriteUInt32BigEndian(destination[(at + 6)..], TimestampEcho);
            at += 10;
        }

        if (WindowScale >= 0)
        {
            destination[at] = KindNoOperation;
            destination[at + 1] = KindWindowScale;
            destination[at + 2] = 3;
            destination[at + 3] = (byte)WindowScale;
            at += 4;
        }

        if (SackCount == 0) return at;
        Pad(destination, ref at);
        destination[at++] = KindSack;
        destination[at++] = (byte)(2 + (8 * SackCount));
        for (int i = 0; i < SackCount; i++, at += 8)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[at..], _sackBlocks[i].Start);
            BinaryPrimitives.WriteUInt32BigEndian(destination[(at + 4)..], _sackBlocks[i].End);
        }

        return at;
    }

    private static void Pad(Span<byte> destination, ref int at)
    {
        destination[at++] = KindNoOperation;
        destination[at++] = KindNoOperation;
    }

    private void ReadOne(byte kind, ReadOnlySpan<byte> value)
    {
        switch (kind)
        {
            case KindMss when value.Length == 2:
                MaximumSegmentSize = BinaryPrimitives.ReadUInt16BigEndian(value);
                break;
            case KindWindowScale when value.Length == 1:
                WindowScale = value[0];
                break;
            case KindSackPermitted when value.Length == 0:
                SackPermitted = true;
                break;
            case KindTimestamps when value.Length == 8:
                HasTimestamps = true;
                TimestampValue = BinaryPrimitives.ReadUInt32BigEndian(value);
                TimestampEcho = BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
                break;
            case KindSack when value.Length is > 0 and <= 32 && value.Length % 8 == 0:
                SackCount = 0;
                for (int i = 0; i < value.Length; i += 8)
                    AddSackBlock(new(BinaryPrimitives.ReadUInt32BigEndian(value[i..]), BinaryPrimitives.ReadUInt32BigEndian(value[(i + 4)..])));
                break;
        }
    }
}
