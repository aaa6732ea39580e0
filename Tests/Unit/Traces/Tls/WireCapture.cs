using System.Buffers.Binary;
using NicEmu.Traces;
using NicEmu.Traces.Tls;

namespace NicEmu.Tests.Unit.Traces.Tls;

/// <summary>The frames of a golden capture's wire, to be changed and written again.</summary>
internal sealed class WireCapture
{
    public List<byte[]> Frames { get; private init; } = [];

    /// <summary>The key log, one line each.</summary>
    public List<string> Secrets { get; private init; } = [];

    public static string Golden(string name) => Path.Combine(SourceTree.Root, "Traces", "Golden", name);

    public static WireCapture Of(string golden)
    {
        using TraceFile trace = TraceFile.Open(Golden(golden));
        List<byte[]> frames = [.. trace.ReadAll().Where(e => e.Interface == "nic0-wire").Select(e => e.Data.ToArray())];
        var secrets = trace.Secrets.SelectMany(s => System.Text.Encoding.ASCII.GetString(s.Data.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return new WireCapture { Frames = frames, Secrets = [.. secrets] };
    }

    public WireCapture Copy() => new() { Frames = [.. Frames.Select(f => f.ToArray())], Secrets = [.. Secrets] };

    /// <summary>Number of the frame, from 1, in which the client's stream offset lies first; offset 0 is the ClientHello.</summary>
    public int FrameOf(long offset, bool isClient = true)
    {
        uint? first = null;
        for (int i = 0; i < Frames.Count; i++)
        {
            if (!TcpFrame.TryParse(Frames[i], out TcpFrame segment) || segment.Payload.IsEmpty || (segment.Flow.DestinationPort == 4433) != isClient)
            {
                continue;
            }

            first ??= segment.Sequence;
            long at = unchecked(segment.Sequence - first.Value);
            if (offset >= at && offset < at + segment.Payload.Length)
            {
                return i + 1;
            }
        }

        throw new InvalidOperationException($"No frame carries offset {offset}.");
    }

    public byte[] ToPcapng()
    {
        using var stream = new MemoryStream();
        using (var writer = new PcapngWriter(stream, leaveOpen: true))
        {
            int wire = writer.AddInterface("nic0-wire", LinkTypes.Ethernet, "test");
            writer.WriteTlsSecrets(System.Text.Encoding.ASCII.GetBytes(string.Join('\n', Secrets) + "\n"));
            for (int i = 0; i < Frames.Count; i++)
            {
                writer.WritePacket(wire, i * 1000, PacketDirection.Unknown, Frames[i]);
            }
        }

        return stream.ToArray();
    }

    /// <summary>A classic file in the format of libpcap: magic, version 2.4, snap length, link type; then seconds, microseconds and two lengths for each packet.</summary>
    public byte[] ToPcap(int linkType, Func<byte[], byte[]> shape)
    {
        using var stream = new MemoryStream();
        Span<byte> head = stackalloc byte[24];
        head.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(head, 0xA1B2C3D4);
        BinaryPrimitives.WriteUInt16LittleEndian(head[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(head[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], 262_144);
        BinaryPrimitives.WriteInt32LittleEndian(head[20..], linkType);
        stream.Write(head);
        Span<byte> record = stackalloc byte[16];
        record.Clear();
        foreach (byte[] frame in Frames)
        {
            byte[] packet = shape(frame);
            BinaryPrimitives.WriteInt32LittleEndian(record[8..], packet.Length);
            BinaryPrimitives.WriteInt32LittleEndian(record[12..], packet.Length);
            stream.Write(record);
            stream.Write(packet);
        }

        return stream.ToArray();
    }

    public TlsStory Tell()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, ToPcapng());
            return TlsStoryReader.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
