using System.Buffers.Binary;
using NicEmu.Traces;

namespace NicEmu.Board.Links;

/// <summary>Reads the Ethernet frames of a capture file, classic pcap or pcapng, one at a time.</summary>
public static class CaptureFile
{
    private const int EthernetLinkType = 1;
    private const int LongestFrame = 1 << 18;
    private const uint Microseconds = 0xA1B2_C3D4;
    private const uint Nanoseconds = 0xA1B2_3C4D;
    private const uint Pcapng = 0x0A0D_0D0A;

    /// <summary>Reads a file; frames cut short by the capture are left out, because no port would have sent them.</summary>
    /// <param name="file">The file from its beginning, seekable; left open.</param>
    /// <param name="interfaceName">Interface of a pcapng file; null takes all Ethernet interfaces.</param>
    /// <param name="direction">Direction in a pcapng file; null takes both.</param>
    /// <exception cref="TraceFormatException">Neither format, or damaged; thrown where the damage is met.</exception>
    public static IEnumerable<CapturedFrame> Read(Stream file, string? interfaceName = null, PacketDirection? direction = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        byte[] magic = new byte[4];
        bool isPcapng = file.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4 && BinaryPrimitives.ReadUInt32LittleEndian(magic) == Pcapng;
        file.Position = 0;
        return isPcapng ? ReadPcapng(file, interfaceName, direction) : ReadClassic(file);
    }

    private static IEnumerable<CapturedFrame> ReadPcapng(Stream file, string? interfaceName, PacketDirection? direction)
    {
        using var reader = new PcapngReader(file, leaveOpen: true);
        long? firstNs = null;
        while (reader.TryRead(out PcapngPacket? packet))
        {
            bool isWanted = packet.Interface.LinkType == EthernetLinkType && (interfaceName is null || packet.Interface.Name == interfaceName)
                && (direction is null || packet.Direction == direction) && packet.OriginalLength == packet.Data.Length;
            if (isWanted)
            {
                firstNs ??= packet.TimeNs;
                yield return new CapturedFrame((packet.TimeNs - firstNs.Value) * 1000, packet.Data);
            }
        }
    }

    private static IEnumerable<CapturedFrame> ReadClassic(Stream file)
    {
        byte[] header = new byte[24];
        if (file.ReadAtLeast(header, 24, throwOnEndOfStream: false) < 24)
        {
            throw new TraceFormatException(0, "The file is too short for a capture.");
        }

        uint little = BinaryPrimitives.ReadUInt32LittleEndian(header);
        uint big = BinaryPrimitives.ReadUInt32BigEndian(header);
        bool isBig = big is Microseconds or Nanoseconds;
        if (!isBig && little is not (Microseconds or Nanoseconds))
        {
            throw new TraceFormatException(0, $"The file is neither pcap nor pcapng: it begins with 0x{big:X8}.");
        }

        long unitPs = (isBig ? big : little) == Nanoseconds ? 1000 : 1_000_000;
        if ((U32(header.AsSpan(20), isBig) & 0xFFFF) != EthernetLinkType)
        {
            throw new TraceFormatException(20, "The capture is not of Ethernet frames.");
        }

        (long Seconds, long FractionPs)? first = null;
        byte[] record = new byte[16];
        while (true)
        {
            long offset = file.Position;
            int got = file.ReadAtLeast(record, 16, throwOnEndOfStream: false);
            if (got == 0)
            {
                yield break;
            }

            uint captured = got == 16 ? U32(record.AsSpan(8), isBig) : uint.MaxValue;
            if (captured > LongestFrame)
            {
                throw new TraceFormatException(offset, $"The packet at offset {offset} is damaged.");
            }

            byte[] data = new byte[captured];
            if (file.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) < data.Length)
            {
                throw new TraceFormatException(offset, $"The file ends within the packet at offset {offset}.");
            }

            if (captured == U32(record.AsSpan(12), isBig))
            {
                // 32 bits of seconds are 4.3e21 ps: count from the first frame before scaling.
                long seconds = U32(record, isBig);
                long fraction = U32(record.AsSpan(4), isBig) * unitPs;
                first ??= (seconds, fraction);
                yield return new CapturedFrame(((seconds - first.Value.Seconds) * 1_000_000_000_000) + fraction - first.Value.FractionPs, data);
            }
        }
    }

    private static uint U32(ReadOnlySpan<byte> bytes, bool isBig) => isBig ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
