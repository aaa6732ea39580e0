using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace NicEmu.Traces;

/// <summary>A trace file of any of our formats as one stream of entries. The format is told by the file's first bytes, not by its name.</summary>
public sealed class TraceFile : IDisposable
{
    private readonly IDisposable _reader;
    private readonly Func<TraceEntry?> _next;

    private TraceFile(TraceFormat format, IDisposable reader, Func<TraceEntry?> next)
    {
        Format = format;
        _reader = reader;
        _next = next;
    }

    /// <summary>The file's format.</summary>
    public TraceFormat Format { get; }

    /// <summary>The secrets met so far; only pcapng files hold any.</summary>
    public IReadOnlyList<PcapngSecrets> Secrets => _reader is PcapngReader pcapng ? pcapng.Secrets : [];

    /// <summary>Opens a file.</summary>
    /// <param name="path">Name of the file.</param>
    /// <exception cref="TraceFormatException">The file is missing, cannot be read, is empty, or is of another format.</exception>
    public static TraceFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Stream? input = null;
        try
        {
            input = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 64 * 1024);
            TraceFile file = Open(path, input);
            input = null; // the reader owns it, or has closed it
            return file;
        }
        catch (IOException e)
        {
            throw new TraceFormatException($"{path}: {e.Message}", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new TraceFormatException($"{path}: {e.Message}", e);
        }
        finally
        {
            input?.Dispose();
        }
    }

    /// <summary>Reads the next entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="TraceFormatException">The file is damaged or cut off.</exception>
    public bool TryRead([NotNullWhen(true)] out TraceEntry? entry)
    {
        entry = _next();
        return entry is not null;
    }

    /// <summary>Reads all entries that are left.</summary>
    /// <exception cref="TraceFormatException">The file is damaged or cut off; the entries before the damage have been given.</exception>
    public IEnumerable<TraceEntry> ReadAll()
    {
        while (TryRead(out TraceEntry? entry))
        {
            yield return entry;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _reader.Dispose();

    private static TraceFile Open(string path, Stream input)
    {
        Span<byte> start = stackalloc byte[4];
        int got = input.ReadAtLeast(start, 4, throwOnEndOfStream: false);
        input.Position = 0;
        if (got == 0)
        {
            throw new TraceFormatException(0, $"{path}: the file is empty.");
        }

        switch (got < 4 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(start))
        {
            case PcapngFormat.SectionHeader:
                var pcapng = new PcapngReader(input);
                return new TraceFile(TraceFormat.Pcapng, pcapng, () => pcapng.TryRead(out PcapngPacket? packet) ? PacketEvents.ToEntry(packet) : null);
            case 0xA1B2C3D4 or 0xD4C3B2A1 or 0xA1B23C4D or 0x4D3CB2A1:
                input.Dispose(); // libpcap opens files by name
                var pcap = new ClassicPcapReader(path);
                return new TraceFile(TraceFormat.Pcap, pcap, () => pcap.TryRead(out TraceEntry? entry) ? entry : null);
            case uint magic when magic >> 24 == '{':
                var json = new JsonLinesReader(input);
                return new TraceFile(TraceFormat.JsonLines, json, () => json.TryRead(out TraceEntry? entry) ? entry : null);
            default:
                throw new TraceFormatException(0, $"{path}: neither pcapng, pcap nor a JSON lines trace (it begins with {Convert.ToHexString(start[..got])}).");
        }
    }
}
