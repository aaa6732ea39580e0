using System.Diagnostics;
using System.Globalization;

namespace NicEmu.Cli.Output;

/// <summary>One line on a terminal that tells how far long work is. Silent for the first second, and when standard error is no terminal.</summary>
internal sealed class ProgressLine : IDisposable
{
    private const int BarWidth = 30;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly TextWriter _output;
    private readonly string _verb;
    private readonly long _total;
    private readonly bool _enabled;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _next = Quiet;
    private bool _shown;

    /// <summary>Starts the clock.</summary>
    /// <param name="output">Receives the line.</param>
    /// <param name="verb">What is being done.</param>
    /// <param name="total">Bytes in all; 0 when not known.</param>
    /// <param name="enabled">Whether anything may be shown.</param>
    public ProgressLine(TextWriter output, string verb, long total, bool enabled)
    {
        _output = output;
        _verb = verb;
        _total = total;
        _enabled = enabled;
    }

    /// <summary>Tells how many bytes are done.</summary>
    /// <param name="done">Bytes done.</param>
    public void Report(long done)
    {
        if (!_enabled || _watch.Elapsed < _next)
        {
            return;
        }

        _next = _watch.Elapsed + Interval;
        _shown = true;
        double rate = done / _watch.Elapsed.TotalSeconds;
        string figures = $"{Size.Of(done)} {Size.Of((long)rate)}/s";
        if (_total > 0)
        {
            double part = Math.Min(1.0, (double)done / _total);
            int filled = (int)(part * BarWidth);
            string left = rate > 0 ? TimeSpan.FromSeconds((_total - done) / rate).ToString(@"mm\:ss", CultureInfo.InvariantCulture) : "--:--";
            figures = $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {part * 100,3:F0} % {figures} {left} left";
        }

        _output.Write($"\r{_verb} {figures}   ");
    }

    /// <summary>Clears the line.</summary>
    public void Dispose()
    {
        if (_shown)
        {
            _output.Write("\r" + new string(' ', 100) + "\r");
        }
    }
}
