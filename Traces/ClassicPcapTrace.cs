using NicEmu.Spec.Events;
using PacketDotNet;
using SharpPcap;
using SharpPcap.LibPcap;

namespace NicEmu.Traces;

/// <summary>Writes the frames on the wire of one device as a classic pcap file with nanoseconds. Needs libpcap.</summary>
public sealed class ClassicPcapTrace : ITraceSink, IDisposable
{
    private const int SnapLength = 262144;

    private readonly CaptureFileWriterDevice _writer;
    private readonly int _device;

    /// <summary>Starts the file; an existing one is replaced.</summary>
    /// <param name="path">Name of the file.</param>
    /// <param name="device">Device whose wire is written.</param>
    /// <exception cref="TraceFormatException">The file cannot be written, or libpcap is missing.</exception>
    public ClassicPcapTrace(string path, int device = 0)
    {
        _device = device;
        _writer = LibPcap.Call(path, () =>
        {
            var writer = new CaptureFileWriterDevice(path);
            writer.Open(new DeviceConfiguration { LinkLayerType = LinkLayers.Ethernet, TimestampResolution = TimestampResolution.Nanosecond, Snaplen = SnapLength });
            return writer;
        });
    }

    /// <inheritdoc/>
    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        if (e.Device == _device && TracePort.Of(e.Kind) == TracePort.Wire)
        {
            long ns = e.TimePs / 1000;

            // The constructor takes whole microseconds only; the time value keeps the rest.
            var time = new PosixTimeval((ulong)(ns / 1_000_000_000), (ulong)(ns % 1_000_000_000), TimestampResolution.Nanosecond);
            var header = new PcapHeader(0, 0, (uint)data.Length, (uint)data.Length) { Timeval = time };
            _writer.Write(data, ref header);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _writer.Dispose();
}
