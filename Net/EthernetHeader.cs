using System.Buffers.Binary;

namespace NicEmu.Net;

/// <summary>An Ethernet II header, with at most one IEEE 802.1Q tag.</summary>
public readonly record struct EthernetHeader
{
    /// <summary>Bytes of a header without a tag.</summary>
    public const int UntaggedLength = 14;

    /// <summary>Bytes of a header with one tag.</summary>
    public const int TaggedLength = 18;

    /// <summary>Destination MAC address.</summary>
    public MacAddress Destination { get; init; }

    /// <summary>Source MAC address.</summary>
    public MacAddress Source { get; init; }

    /// <summary>VLAN identifier 0 to 4095, or −1 without a tag. Priority bits are ignored on reading and written as 0.</summary>
    public int VlanId { get; init; }

    /// <summary>EtherType behind the tag.</summary>
    public ushort EtherType { get; init; }

    /// <summary>14 or 18 bytes.</summary>
    public int Length => VlanId >= 0 ? TaggedLength : UntaggedLength;

    /// <summary>Reads a header; false if the frame ends inside it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out EthernetHeader header)
    {
        header = default;
        if (frame.Length < UntaggedLength) return false;
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        int vlan = -1;
        if (type == Net.EtherType.Vlan)
        {
            if (frame.Length < TaggedLength) return false;
            vlan = BinaryPrimitives.ReadUInt16BigEndian(frame[14..]) & 0x0FFF;
            type = BinaryPrimitives.ReadUInt16BigEndian(frame[16..]);
        }

        header = new() { Destination = MacAddress.Read(frame), Source = MacAddress.Read(frame[6..]), VlanId = vlan, EtherType = type };
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes and returns their number.</summary>
    public int Write(Span<byte> destination)
    {
        Destination.Write(destination);
        Source.Write(destination[6..]);
        if (VlanId >= 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(destination[12..], Net.EtherType.Vlan);
            BinaryPrimitives.WriteUInt16BigEndian(destination[14..], (ushort)(VlanId & 0x0FFF));
        }

        BinaryPrimitives.WriteUInt16BigEndian(destination[(Length - 2)..], EtherType);
        return Length;
    }
}
