namespace NicEmu.Traces;

/// <summary>Formats of trace files.</summary>
public enum TraceFormat
{
    /// <summary>pcapng.</summary>
    Pcapng = 1,

    /// <summary>Classic pcap.</summary>
    Pcap = 2,

    /// <summary>JSON lines of <see cref="JsonLinesTrace"/>.</summary>
    JsonLines = 3,
}
