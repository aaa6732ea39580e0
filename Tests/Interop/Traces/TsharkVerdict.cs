using NUnit.Framework;

namespace NicEmu.Tests.Interop.Traces;

/// <summary>
/// What tshark makes of a trace: the plaintext that it recovers from one TCP stream for each sender, and the faults that it sees. The verdict rests on
/// followed bytes, on tag failures in the debug file of the TLS dissector, and on checksums: its per-frame filters miss a bad record beside good ones.
/// </summary>
internal sealed class TsharkVerdict
{
    private static readonly string[] CheckOptions =
        ["-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "tcp.reassemble_out_of_order:TRUE", "--disable-protocol", "http"];

    private TsharkVerdict(IReadOnlyDictionary<string, byte[]> followed, int tagMismatches, IReadOnlyList<string> badChecksums, IReadOnlyList<string> malformed)
    {
        Followed = followed;
        TagMismatches = tagMismatches;
        BadChecksums = badChecksums;
        Malformed = malformed;
    }

    /// <summary>Decrypted bytes by sender, such as <c>10.0.0.1:4433</c>.</summary>
    public IReadOnlyDictionary<string, byte[]> Followed { get; }

    /// <summary>Records whose tag did not verify.</summary>
    public int TagMismatches { get; }

    /// <summary>Numbers of the frames with a wrong IP or TCP checksum.</summary>
    public IReadOnlyList<string> BadChecksums { get; }

    /// <summary>Numbers of the frames that no dissector understands.</summary>
    public IReadOnlyList<string> Malformed { get; }

    /// <summary>Judges a file with the options that a strict check needs.</summary>
    /// <param name="file">The trace.</param>
    /// <param name="parties">The two ends of the stream, such as <c>10.0.0.1:4433</c>.</param>
    /// <param name="stream">Number of the TCP stream.</param>
    /// <param name="more">Further options, such as a key log.</param>
    public static TsharkVerdict Of(string file, (string A, string B) parties, int stream = 0, params string[] more)
    {
        Tshark.Require();
        string[] options = [.. CheckOptions, .. more];
        return Of(Tshark.Programs[0], file, parties, stream, options, options);
    }

    /// <summary>Judges a file as somebody sees it who opens it with the given options only; those that switch checks on come to the checks alone.</summary>
    /// <param name="program">Which tshark.</param>
    /// <param name="file">The trace.</param>
    /// <param name="parties">The two ends of its stream 0.</param>
    /// <param name="options">The options.</param>
    public static TsharkVerdict With(TsharkProgram program, string file, (string A, string B) parties, params string[] options) =>
        Of(program, file, parties, 0, options, [.. options, "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE"]);

    /// <summary>The decrypted bytes of a stream by sender. tshark prints the address of the side that sent the first decrypted record, and for the
    /// other side its address or <c>:0</c>; which side that is depends on the protocol version, so neither order nor indentation tell it.</summary>
    public static IReadOnlyDictionary<string, byte[]> Follow(string file, (string A, string B) parties, int stream = 0, params string[] options)
    {
        Tshark.Require();
        return Follow(Tshark.Programs[0], file, parties, stream, options);
    }

    private static TsharkVerdict Of(TsharkProgram program, string file, (string A, string B) parties, int stream, string[] followOptions, string[] checkOptions)
    {
        string debug = Path.GetTempFileName();
        try
        {
            program.Run(file, [.. checkOptions, "-o", $"tls.debug_file:{debug}", "-V"]); // the debug file stays empty without the tree
            int mismatches = File.ReadAllText(debug).Split("auth tag mismatch").Length - 1;
            return new TsharkVerdict(
                Follow(program, file, parties, stream, followOptions),
                mismatches,
                Frames(program, file, "tcp.checksum.status==0 || ip.checksum.status==0", checkOptions),
                // Without reassembly 4.0 calls every retransmission within a record an overlap, and malformed for it; it decrypts all the same.
                Frames(program, file, "_ws.malformed", [.. checkOptions, "-o", "tcp.reassemble_out_of_order:TRUE"]));
        }
        finally
        {
            File.Delete(debug);
        }
    }

    private static Dictionary<string, byte[]> Follow(TsharkProgram program, string file, (string A, string B) parties, int stream, string[] options)
    {
        string output = program.Run(file, [.. options, "-q", "-z", $"follow,tls,raw,{stream}"]);
        var sides = new Dictionary<string, byte[]>();
        string[] nodes = new string[2];
        List<string>[] hex = [[], []];
        foreach (string line in output.Split('\n'))
        {
            if (line.StartsWith("Node ", StringComparison.Ordinal))
            {
                nodes[line[5] - '0'] = line[8..].Trim();
            }
            else if (line.Length > 0 && line.Trim().All(char.IsAsciiHexDigitLower))
            {
                hex[line[0] == '\t' ? 1 : 0].Add(line.Trim());
            }
        }

        for (int i = 0; i < 2; i++)
        {
            string name = nodes[i] != ":0" ? nodes[i] : nodes[1 - i] == parties.A ? parties.B : parties.A;
            if (name is not null)
            {
                sides[name] = Convert.FromHexString(string.Concat(hex[i]));
            }
        }

        return sides;
    }

    /// <summary>Fails unless tshark recovered exactly these bytes and saw no fault.</summary>
    /// <param name="expected">Plaintext by sender.</param>
    public void AssertClean(IReadOnlyDictionary<string, byte[]> expected)
    {
        foreach ((string sender, byte[] bytes) in expected)
        {
            Assert.That(Followed.GetValueOrDefault(sender, []), Is.EqualTo(bytes), $"plaintext that tshark recovered from {sender}");
        }

        Assert.That(TagMismatches, Is.Zero, "records whose tag tshark could not verify");
        Assert.That(BadChecksums, Is.Empty, "frames with a bad checksum");
        Assert.That(Malformed, Is.Empty, "malformed frames");
    }

    private static string[] Frames(TsharkProgram program, string file, string filter, string[] options) =>
        program.Run(file, [.. options, "-Y", filter, "-T", "fields", "-e", "frame.number"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
