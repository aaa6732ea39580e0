using NicEmu.Spec.Events;

namespace NicEmu.Traces;

/// <summary>Writes the secrets of connections as an NSS key log, the format of SSLKEYLOGFILE. Each line is written once.</summary>
/// <param name="output">Receives the lines; stays open.</param>
public sealed class KeyLogFile(TextWriter output) : ITraceSink
{
    private readonly HashSet<string> _lines = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        if (e.Kind == TraceEventKind.KeyLog && !string.IsNullOrEmpty(e.Text) && _lines.Add(e.Text))
        {
            output.Write(e.Text);
            output.Write('\n');
            output.Flush();
        }
    }
}
