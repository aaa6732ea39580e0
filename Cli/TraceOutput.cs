using NicEmu.Board.Bus;
using NicEmu.Spec.Events;
using NicEmu.Traces;

namespace NicEmu.Cli;

/// <summary>The trace file of a run, in the format asked for. The file is valid up to its last block at any time.</summary>
internal sealed class TraceOutput : IDisposable
{
    private readonly List<IDisposable> _open = [];

    private TraceOutput(string path)
    {
        Path = path;
    }

    /// <summary>The formats by name.</summary>
    public static string[] Formats { get; } = ["pcapng", "pcap", "jsonl", "text"];

    /// <summary>Name of the file.</summary>
    public string Path { get; }

    /// <summary>Name of the host side's own file; null when there is none.</summary>
    public string? SplitPath { get; private set; }

    /// <summary>Where the run's events go.</summary>
    public ITraceSink Sink { get; private set; } = new TraceFanout();

    /// <summary>Creates the file.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="options">What a pcapng holds.</param>
    /// <param name="split">Whether the host side is written to a file of its own as well.</param>
    /// <exception cref="EnvironmentFault">The file cannot be written, or libpcap is missing for the classic format.</exception>
    public static TraceOutput Create(string path, string format, PcapngTraceOptions options, bool split)
    {
        var output = new TraceOutput(path);
        try
        {
            ITraceSink main = output.Open(path, format, options);
            output.Sink = main;
            if (split)
            {
                output.SplitPath = System.IO.Path.ChangeExtension(path, ".host.pcapng");
                var both = new TraceFanout();
                both.Add(main);
                both.Add(output.Keep(new HostSideTrace(new FileStream(output.SplitPath, FileMode.Create, FileAccess.Write))));
                output.Sink = both;
            }

            return output;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or TraceFormatException)
        {
            output.Dispose();
            throw new EnvironmentFault($"cannot write {path}: {fault.Message}", fault);
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        for (int i = _open.Count - 1; i >= 0; i--)
        {
            _open[i].Dispose();
        }

        _open.Clear();
    }

    private ITraceSink Open(string path, string format, PcapngTraceOptions options)
    {
        switch (format)
        {
            case "pcap":
                return Keep(new ClassicPcapTrace(path));
            case "jsonl":
                return Keep(new JsonLinesTrace(new FileStream(path, FileMode.Create, FileAccess.Write), RegisterNames.Native));
            case "text":
                return new TextTrace(Keep(new StreamWriter(path)), RegisterNames.Native);
            default:
                return Keep(new PcapngTrace(new FileStream(path, FileMode.Create, FileAccess.Write), options));
        }
    }

    private T Keep<T>(T resource)
        where T : IDisposable
    {
        _open.Add(resource);
        return resource;
    }
}
