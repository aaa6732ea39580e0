using NicEmu.Spec.Events;

namespace NicEmu.Traces;

/// <summary>
/// Writes the frames between driver and device as an Ethernet pcapng of its own: what a capture tool inside the guest would see. In one file with
/// the wire these frames would look like copies of it.
/// </summary>
public sealed class HostSideTrace : ITraceSink, IDisposable
{
    private readonly PcapngWriter _writer;
    private readonly int _interface;
    private readonly int _device;

    /// <summary>Starts the file.</summary>
    /// <param name="output">Receives the file.</param>
    /// <param name="device">Device whose host side is written.</param>
    /// <param name="leaveOpen">Whether <see cref="Dispose"/> leaves the stream open.</param>
    public HostSideTrace(Stream output, int device = 0, bool leaveOpen = false)
    {
        _device = device;
        _writer = new PcapngWriter(output, leaveOpen);
        _interface = _writer.AddInterface($"nic{device}-host", LinkTypes.Ethernet, "Frames between driver and device");
    }

    /// <inheritdoc/>
    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        if (e.Device == _device && TracePort.Of(e.Kind) == TracePort.Host)
        {
            _writer.WritePacket(_interface, e.TimePs / 1000, TracePort.DirectionOf(e), data);
        }
    }

    /// <summary>Brings everything written so far to the stream.</summary>
    public void Flush() => _writer.Flush();

    /// <summary>Closes the file.</summary>
    public void Dispose() => _writer.Dispose();
}
