using System.Text;
using NicEmu.Spec.Events;

namespace NicEmu.Traces;

/// <summary>Writes one line for each event: time in microseconds with three decimals, device, what happened. Secrets are fingerprinted.</summary>
public sealed class TextTrace : ITraceSink
{
    private readonly TextWriter _output;
    private readonly EventText _text;
    private readonly StringBuilder _line = new();

    /// <summary>Starts a text trace.</summary>
    /// <param name="output">Receives the lines, each ended by a line feed; stays open.</param>
    /// <param name="names">Names of the registers.</param>
    public TextTrace(TextWriter output, RegisterNames names)
    {
        _output = output;
        _text = new EventText(names);
    }

    /// <inheritdoc/>
    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        _line.Clear();
        AppendTime(_line, e.TimePs);
        _line.Append($" nic{e.Device} ");
        _text.Append(_line, e, data.Length);
        _line.Replace('\n', ' ').Append('\n');
        foreach (ReadOnlyMemory<char> chunk in _line.GetChunks())
        {
            _output.Write(chunk.Span);
        }
    }

    internal static void AppendTime(StringBuilder line, long timePs)
    {
        long ns = timePs / 1000;
        line.Append($"{ns / 1000,9}.{Math.Abs(ns % 1000):D3}");
    }
}
