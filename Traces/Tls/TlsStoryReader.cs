using System.Text;

namespace NicEmu.Traces.Tls;

/// <summary>
/// Reads a capture and tells its TLS connections: hello messages, keys, handshake, records, and what our card did with them. Any bytes are allowed: what
/// cannot be read is said, never thrown. Memory use is a small multiple of the file's length.
/// </summary>
public static class TlsStoryReader
{
    /// <summary>Secrets type "TLSK" of a Decryption Secrets Block: a TLS key log.</summary>
    private const uint TlsKeyLogSecrets = 0x544C534B;

    /// <summary>Reads a file.</summary>
    /// <param name="path">A capture: pcapng or classic pcap.</param>
    /// <param name="keyLog">Secrets from outside; those in the file are added to it. Null for none.</param>
    /// <exception cref="TraceFormatException">The file is missing, empty, no capture, or damaged before its first packet.</exception>
    public static TlsStory Read(string path, TlsKeyLog? keyLog = null)
    {
        using TraceFile trace = TraceFile.Open(path);
        if (trace.Format == TraceFormat.JsonLines)
        {
            throw new TraceFormatException($"{path}: a JSON lines trace holds no secrets and is not read here; write the trace as pcapng.");
        }

        var secrets = keyLog ?? new TlsKeyLog();
        var segments = new TcpConversations();
        var deeds = new CardDeeds();
        var notes = new List<string>();
        string? damage = null;
        int packets = 0;
        int cut = 0;
        try
        {
            while (trace.TryRead(out TraceEntry? entry))
            {
                packets++;
                if (LinkFrames.TryToEthernet(entry.LinkType, entry.Data, out ReadOnlyMemory<byte> frame))
                {
                    cut += entry.OriginalLength > entry.Data.Length ? 1 : 0;
                    segments.Add(entry.Interface, frame, packets);
                }
                else if (entry.LinkType == LinkTypes.DeviceEvents && entry.Event is { } e)
                {
                    deeds.On(in e);
                }
            }
        }
        catch (TraceFormatException e) when (packets > 0)
        {
            damage = e.Message;
        }

        foreach (PcapngSecrets block in trace.Secrets.Where(s => s.Type == TlsKeyLogSecrets))
        {
            secrets.Add(Encoding.UTF8.GetString(block.Data.Span));
        }

        if (cut > 0)
        {
            notes.Add($"{cut} packets were cut when they were captured: their ends are missing (tcpdump: -s 0)");
        }

        List<TlsConnectionStory> connections = Tell(segments, secrets, deeds, notes);
        return new TlsStory
        {
            Format = trace.Format,
            Packets = packets,
            Segments = segments.Segments,
            TcpConnections = segments.All.Count,
            Secrets = secrets.Count,
            Connections = connections,
            Notes = notes,
            Damage = damage,
        };
    }

    private static List<TlsConnectionStory> Tell(TcpConversations segments, TlsKeyLog secrets, CardDeeds deeds, List<string> notes)
    {
        var connections = new List<TlsConnectionStory>();
        var seen = new Dictionary<(TcpFlow Flow, uint Sequence), string>();
        foreach (TcpConversation conversation in segments.All)
        {
            var telling = new ConnectionTelling(conversation, secrets, deeds);
            if (!telling.IsTls)
            {
                continue;
            }

            if (!seen.TryAdd((telling.Flow, telling.ClientSequence), conversation.CapturedOn))
            {
                notes.Add($"{telling.Flow} on {conversation.CapturedOn} is the same connection as on {seen[(telling.Flow, telling.ClientSequence)]}, seen at another place; it is told once");
                continue;
            }

            connections.Add(telling.Tell(connections.Count + 1));
        }

        return connections;
    }
}
