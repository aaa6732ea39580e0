using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NicEmu.Tests.Unit.Cli;
using NicEmu.Tests.Unit.Traces;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Interop.Demo;

/// <summary>A file that <c>nicemu demo</c> wrote, and what it must hold.</summary>
internal sealed class DemoFile : IDisposable
{
    public const string Server = "10.77.0.1:4433";
    public const int ContentBytes = 81_920;

    private DemoFile(string path, string contentSha256)
    {
        Path = path;
        ContentSha256 = contentSha256;
        Client = FindClient();
    }

    public string Path { get; }

    /// <summary>SHA-256 of what the command read from its source, before driver and card had it.</summary>
    public string ContentSha256 { get; }

    /// <summary>Address and port of the side that connects.</summary>
    public string Client { get; }

    public string FileSha256 => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path)));

    public static DemoFile Create(string tls, string cipher, string loss, int seed = 1)
    {
        string path = System.IO.Path.GetTempFileName();
        CliRun run = CliRun.Of("demo", "--tls", tls, "--cipher", cipher, "--loss", loss, "--seed", $"{seed}", "-o", path, "--json");
        Assert.That(run.Code, Is.Zero, run.Output + run.Error);
        using JsonDocument document = JsonDocument.Parse(run.Output);
        return new DemoFile(path, document.RootElement.GetProperty("sha256Sent").GetString()!);
    }

    public void Dispose() => File.Delete(Path);

    /// <summary>Fails unless these are the request and the response, byte for byte. The heads are literals; the content is known by its hash and its form.</summary>
    public void AssertPlaintext(IReadOnlyDictionary<string, byte[]> followed)
    {
        string request = $"POST /echo HTTP/1.1\r\nHost: nicemu.test\r\nUser-Agent: nicemu\r\nContent-Type: text/plain\r\nContent-Length: {ContentBytes}\r\nConnection: close\r\n\r\n";
        string response = $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {ContentBytes}\r\nConnection: close\r\n\r\n";
        AssertMessage(followed.GetValueOrDefault(Client, []), request);
        AssertMessage(followed.GetValueOrDefault(Server, []), response);
    }

    public SequenceByteMap ByteMap()
    {
        var map = new SequenceByteMap();
        using TraceFile trace = TraceFile.Open(Path);
        map.AddAll(trace);
        return map;
    }

    /// <summary>Changes the frames of the wire that a test chooses.</summary>
    /// <param name="change">Gets each frame in turn and returns whether it changed it; the first change is the last.</param>
    public void ChangeOneFrame(Func<byte[], bool> change)
    {
        byte[] file = File.ReadAllBytes(Path);
        using var reader = new PcapngReader(new MemoryStream(file));
        while (reader.TryRead(out PcapngPacket? packet))
        {
            byte[] frame = packet.Data.ToArray();
            if (packet.Interface.LinkType == LinkTypes.Ethernet && change(frame))
            {
                const int enhancedPacketHead = 28;
                frame.CopyTo(file, packet.BlockOffset + enhancedPacketHead);
                File.WriteAllBytes(Path, file);
                return;
            }
        }

        Assert.Fail("no frame to change");
    }

    /// <summary>Flips a bit of a payload in the middle of a long segment and makes the TCP checksum right again.</summary>
    /// <param name="frame">The frame.</param>
    public static void FlipPayloadByte(byte[] frame)
    {
        frame[^100] ^= 1;
        TestFrames.FixTcpChecksum(frame);
    }

    /// <summary>Takes the blocks with the secrets out (block type 10).</summary>
    public void RemoveSecrets()
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(Path);
        using var kept = new MemoryStream();
        while (!file.IsEmpty)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(file[4..]);
            if (BinaryPrimitives.ReadInt32LittleEndian(file) != 10)
            {
                kept.Write(file[..length]);
            }

            file = file[length..];
        }

        File.WriteAllBytes(Path, kept.ToArray());
    }

    private void AssertMessage(byte[] message, string head)
    {
        Assert.That(message, Has.Length.EqualTo(head.Length + ContentBytes), "bytes that tshark recovered");
        Assert.That(Encoding.ASCII.GetString(message, 0, head.Length), Is.EqualTo(head));
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(message.AsSpan(head.Length))), Is.EqualTo(ContentSha256), "SHA-256 of the content");
        Assert.That(Encoding.ASCII.GetString(message, head.Length, 11), Is.EqualTo("line 00001 "));
    }

    private string FindClient()
    {
        using TraceFile trace = TraceFile.Open(Path);
        foreach (TraceEntry entry in trace.ReadAll().Where(e => e.LinkType == LinkTypes.Ethernet))
        {
            if (TcpFrame.TryParse(entry.Data.Span, out TcpFrame segment) && segment.IsSyn)
            {
                return new IPEndPoint(new IPAddress(entry.Data.Span.Slice(26, 4)), segment.Flow.SourcePort).ToString();
            }
        }

        throw new AssertionException("the demo's file holds no SYN");
    }
}
