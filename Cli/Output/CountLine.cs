namespace NicEmu.Cli.Output;

/// <summary>One line on a terminal that tells how many of so many things are done. Silent when standard error is no terminal.</summary>
/// <param name="output">Receives the line.</param>
/// <param name="enabled">Whether anything may be shown.</param>
internal sealed class CountLine(TextWriter output, bool enabled) : IDisposable
{
    private const int BarWidth = 30;

    private int _width;

    /// <summary>Shows the line.</summary>
    /// <param name="what">What is done.</param>
    /// <param name="done">How many are.</param>
    /// <param name="total">Of how many, at least 1.</param>
    public void Report(string what, int done, int total)
    {
        if (!enabled) return;
        int filled = (int)((long)BarWidth * done / total);
        string text = $"{what} [{new string('#', filled)}{new string('.', BarWidth - filled)}] {done}/{total}";
        output.Write("\r" + text.PadRight(_width));
        _width = text.Length;
    }

    /// <summary>Clears the line, so that another can be written.</summary>
    public void Dispose()
    {
        if (_width > 0) output.Write("\r" + new string(' ', _width) + "\r");
        _width = 0;
    }
}
