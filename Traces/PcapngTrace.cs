using System.Text;
using NicEmu.Spec.Events;

namespace NicEmu.Traces;

/// <summary>
/// Writes the event stream as one pcapng file with four interfaces for each chosen device: <c>nic0-wire</c>, <c>nic0-host</c>,
/// <c>nic0-plain</c>, <c>nic0-device</c>. TLS secrets stand before the packets that need them: packets from a ServerHello on are held back until the
/// secrets of its connection are known.
/// </summary>
public sealed class PcapngTrace : ITraceSink, IDisposable
{
    private readonly PcapngWriter _writer;
    private readonly PcapngTraceOptions _options;
    private readonly DevicePorts[] _devices;
    private readonly HashSet<string> _keyLog = new(StringComparer.Ordinal);
    private readonly SecretsHold _hold;

    /// <summary>Starts the file.</summary>
    /// <param name="output">Receives the file.</param>
    /// <param name="options">What to write; null for the defaults.</param>
    /// <param name="leaveOpen">Whether <see cref="Dispose"/> leaves the stream open.</param>
    public PcapngTrace(Stream output, PcapngTraceOptions? options = null, bool leaveOpen = false)
    {
        _options = options ?? new PcapngTraceOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(_options.DeviceDataLimit, nameof(options));
        _writer = new PcapngWriter(output, leaveOpen);
        _hold = new SecretsHold(_writer);
        _devices = [.. _options.Devices.Select((device, i) => new DevicePorts(_writer, device, isFirst: i == 0, _options))];
    }

    /// <inheritdoc/>
    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        if (e.Kind == TraceEventKind.KeyLog)
        {
            KeyLog(e.Text);
            return;
        }

        foreach (DevicePorts ports in _devices)
        {
            if (ports.Device == e.Device)
            {
                if (_options.EmbedSecrets && e.Kind is TraceEventKind.FrameSent or TraceEventKind.FrameReceived)
                {
                    _hold.OnFrame(data);
                }

                ports.On(e, data);
            }
        }
    }

    /// <summary>Brings everything written so far to the stream.</summary>
    public void Flush() => _writer.Flush();

    /// <summary>Writes what waits and closes the file.</summary>
    public void Dispose()
    {
        foreach (DevicePorts ports in _devices)
        {
            ports.Finish();
        }

        _writer.Dispose();
    }

    private void KeyLog(string? line)
    {
        // Both ends of a connection know its secrets and may report them; one block serves.
        if (_options.EmbedSecrets && !string.IsNullOrEmpty(line) && _keyLog.Add(line))
        {
            _writer.WriteTlsSecrets(Encoding.UTF8.GetBytes(line + "\n"));
            _hold.OnSecret(line);
        }
    }
}
