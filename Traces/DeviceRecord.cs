using System.Buffers.Binary;
using System.Text;
using NicEmu.Spec.Events;

namespace NicEmu.Traces;

/// <summary>
/// One device event as a packet of link type 147. Little-endian: 0 "NE" · 2 version (1) · 3 kind · 4 device (u16) · 6 text length (u16) ·
/// 8 flags (u32) · 12 code (i32) · 16 index (i32) · 20 length (i32) · 24 address (u64) · 32 value (u64) · 40 handle (u64) ·
/// 48 record number (u64) · 56 time in ps (u64) · 64 TCP sequence (u32) · 68 data length (u32) · 72 text (UTF-8) · data.
/// Members have the meaning of <see cref="TraceEventKind"/>. Data may be cut; the packet's original length counts it whole.
/// </summary>
public static class DeviceRecord
{
    /// <summary>Version of the format.</summary>
    public const byte Version = 1;

    /// <summary>Bytes before the text.</summary>
    public const int HeaderLength = 72;

    /// <summary>Longest text in bytes; longer ones are cut.</summary>
    public const int MaxTextLength = 1024;

    /// <summary>Greatest length of header and text.</summary>
    public const int MaxHeadLength = HeaderLength + MaxTextLength;

    /// <summary>Writes header and text; the data follows them.</summary>
    /// <param name="e">The event.</param>
    /// <param name="dataLength">Bytes of data that will follow.</param>
    /// <param name="head">Receives header and text, <see cref="MaxHeadLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteHead(in TraceEvent e, int dataLength, Span<byte> head)
    {
        Encoding.UTF8.GetEncoder().Convert(e.Text, head.Slice(HeaderLength, MaxTextLength), flush: true, out _, out int textLength, out _);
        head[0] = (byte)'N';
        head[1] = (byte)'E';
        head[2] = Version;
        head[3] = (byte)e.Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(head[4..], (ushort)e.Device);
        BinaryPrimitives.WriteUInt16LittleEndian(head[6..], (ushort)textLength);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], e.Flags);
        BinaryPrimitives.WriteInt32LittleEndian(head[12..], e.Code);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], e.Index);
        BinaryPrimitives.WriteInt32LittleEndian(head[20..], e.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(head[24..], e.Address);
        BinaryPrimitives.WriteUInt64LittleEndian(head[32..], e.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(head[40..], e.Handle);
        BinaryPrimitives.WriteUInt64LittleEndian(head[48..], e.RecordNumber);
        BinaryPrimitives.WriteInt64LittleEndian(head[56..], e.TimePs);
        BinaryPrimitives.WriteUInt32LittleEndian(head[64..], e.TcpSequence);
        BinaryPrimitives.WriteUInt32LittleEndian(head[68..], (uint)dataLength);
        return HeaderLength + textLength;
    }

    /// <summary>Reads a record.</summary>
    /// <param name="packet">The packet; any bytes.</param>
    /// <param name="e">The event.</param>
    /// <param name="data">Its data, as far as it was kept.</param>
    /// <returns>False when the packet is no record of this version.</returns>
    public static bool TryRead(ReadOnlySpan<byte> packet, out TraceEvent e, out ReadOnlySpan<byte> data)
    {
        e = default;
        data = default;
        if (packet.Length < HeaderLength || packet[0] != 'N' || packet[1] != 'E' || packet[2] != Version)
        {
            return false;
        }

        int textLength = BinaryPrimitives.ReadUInt16LittleEndian(packet[6..]);
        uint dataLength = BinaryPrimitives.ReadUInt32LittleEndian(packet[68..]);
        ReadOnlySpan<byte> rest = packet[HeaderLength..];
        if (textLength > rest.Length || dataLength > rest.Length - textLength)
        {
            return false;
        }

        e = new TraceEvent
        {
            Kind = (TraceEventKind)packet[3],
            Device = BinaryPrimitives.ReadUInt16LittleEndian(packet[4..]),
            Flags = BinaryPrimitives.ReadUInt32LittleEndian(packet[8..]),
            Code = BinaryPrimitives.ReadInt32LittleEndian(packet[12..]),
            Index = BinaryPrimitives.ReadInt32LittleEndian(packet[16..]),
            Length = BinaryPrimitives.ReadInt32LittleEndian(packet[20..]),
            Address = BinaryPrimitives.ReadUInt64LittleEndian(packet[24..]),
            Value = BinaryPrimitives.ReadUInt64LittleEndian(packet[32..]),
            Handle = BinaryPrimitives.ReadUInt64LittleEndian(packet[40..]),
            RecordNumber = BinaryPrimitives.ReadUInt64LittleEndian(packet[48..]),
            TimePs = BinaryPrimitives.ReadInt64LittleEndian(packet[56..]),
            TcpSequence = BinaryPrimitives.ReadUInt32LittleEndian(packet[64..]),
            Text = textLength == 0 ? null : Encoding.UTF8.GetString(rest[..textLength]),
        };
        data = rest.Slice(textLength, (int)dataLength);
        return true;
    }
}
