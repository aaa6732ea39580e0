using System.Diagnostics.CodeAnalysis;
using SharpPcap;
using SharpPcap.LibPcap;

namespace NicEmu.Traces;

/// <summary>Reads a classic pcap file of any resolution. Needs libpcap.</summary>
public sealed class ClassicPcapReader : IDisposable
{
    private readonly CaptureFileReaderDevice _reader;
    private readonly string _path;
    private int _packets;

    /// <summary>Opens the file.</summary>
    /// <param name="path">Name of the file.</param>
    /// <exception cref="TraceFormatException">The file is no pcap file, or libpcap is missing.</exception>
    public ClassicPcapReader(string path)
    {
        _path = path;
        _reader = LibPcap.Call(path, () =>
        {
            var reader = new CaptureFileReaderDevice(path);
            reader.Open(new DeviceConfiguration { TimestampResolution = TimestampResolution.Nanosecond });
            return reader;
        });
    }

    /// <summary>Reads the next packet.</summary>
    /// <param name="entry">The packet.</param>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="TraceFormatException">The file is damaged or cut off.</exception>
    public bool TryRead([NotNullWhen(true)] out TraceEntry? entry)
    {
        entry = LibPcap.Call(_path, Next);
        return entry is not null;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _reader.Dispose();

    private TraceEntry? Next()
    {
        switch (_reader.GetNextPacket(out PacketCapture packet))
        {
            case GetPacketStatus.PacketRead:
                _packets++;
                decimal timeNs = packet.Header.Timeval.Value * 1_000_000_000m;
                if (timeNs is > long.MaxValue or < long.MinValue)
                {
                    throw new TraceFormatException($"{_path}: the time of packet {_packets} cannot be expressed in nanoseconds.");
                }

                return new TraceEntry
                {
                    Interface = string.Empty,
                    LinkType = (int)_reader.LinkType,
                    TimeNs = (long)timeNs,
                    Data = packet.Data.ToArray(),
                    OriginalLength = packet.Header is PcapHeader header ? header.PacketLength : packet.Data.Length,
                };
            case GetPacketStatus.NoRemainingPackets:
                return null;
            default:
                throw new TraceFormatException($"{_path}: after packet {_packets}: {_reader.LastError}");
        }
    }
}
