using NUnit.Framework;

namespace NicEmu.Tests.Unit.Cli;

/// <summary>What a user can get wrong ends in an exit code and lines that say what is wrong.</summary>
public sealed class BadInputTests
{
    private CliFolder _folder = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new CliFolder();
        _folder.Content("content", 1000);
        _folder.File("empty", []);
        _folder.File("garbage", [.. Enumerable.Range(0, 3000).Select(i => (byte)(i * 7))]);
        _folder.File("header", [0x0A, 0x0D, 0x0D, 0x0A, 0x1C, 0, 0]);
        _folder.File("length", [0x0A, 0x0D, 0x0D, 0x0A, 0xFF, 0xFF, 0xFF, 0x7F, 0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0]);
        _folder.File("pcap", [0xD4, 0xC3, 0xB2, 0xA1, 2, 0]);
        _folder.File("json", "{\"schema\":"u8.ToArray());
        Directory.CreateDirectory(_folder["directory"]);
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase(2, "missing", "send", "@missing", "--no-trace")]
    [TestCase(2, "directory", "send", "@directory", "--no-trace")]
    [TestCase(2, "--from", "receive", "@copy", "--no-trace")]
    [TestCase(2, "missing", "receive", "@copy", "--from", "@missing", "--no-trace")]
    [TestCase(3, "directory", "receive", "@directory", "--from", "@content", "--no-trace")]
    [TestCase(3, "nowhere", "receive", "@nowhere/copy", "--from", "@content", "--no-trace")]
    [TestCase(3, "nowhere", "send", "@content", "-o", "@nowhere/t.pcapng")]
    [TestCase(3, "nowhere", "demo", "-o", "@nowhere/t.pcapng")]
    [TestCase(3, "directory", "demo", "-o", "@directory")]
    [TestCase(3, "nowhere", "send", "@content", "--format", "pcap", "-o", "@nowhere/t.pcap")]
    [TestCase(3, "nowhere", "send", "@content", "--format", "text", "-o", "@nowhere/t.txt")]
    [TestCase(3, "nowhere", "send", "@content", "--format", "jsonl", "-o", "@nowhere/t.jsonl")]
    [TestCase(2, "missing", "trace", "show", "@missing")]
    [TestCase(2, "directory", "trace", "show", "@directory")]
    [TestCase(2, "empty", "trace", "show", "@empty")]
    [TestCase(2, "garbage", "trace", "show", "@garbage")]
    [TestCase(2, "block", "trace", "show", "@header")]
    [TestCase(2, "", "trace", "show", "@length")]
    [TestCase(2, "pcap", "trace", "show", "@pcap")]
    [TestCase(2, "", "trace", "show", "@json")]
    [TestCase(2, "Column 6", "trace", "show", "@garbage", "--filter", "kind=Xx y")]
    [TestCase(2, "Column 9", "trace", "show", "@garbage", "--filter", "record >")]
    [TestCase(2, "--mtu", "demo", "--mtu", "100")]
    [TestCase(2, "--mtu", "demo", "--mtu", "9001")]
    [TestCase(2, "--mtu", "demo", "--ipv6", "--mtu", "1000")]
    [TestCase(2, "RC4", "demo", "--cipher", "RC4")]
    [TestCase(2, "1.1", "demo", "--tls", "1.1")]
    [TestCase(2, "many", "demo", "--seed", "many")]
    [TestCase(2, "--drop", "send", "@content", "--drop", "2")]
    [TestCase(2, "--drop", "send", "@content", "--drop", "NaN")]
    [TestCase(2, "--colour", "demo", "--colour")]
    [TestCase(2, "transmogrify", "transmogrify")]
    [TestCase(2, "", "send")]
    public void Run_BadInput_SaysWhatIsWrong(int code, string named, params string[] args)
    {
        CliRun run = CliRun.Of([.. args.Select(a => a.StartsWith('@') ? _folder[a[1..]] : a)]);

        Assert.That(run.Code, Is.EqualTo(code), run.Output + run.Error);
        Assert.That(run.Error, Does.Contain(named));
        AssertPlain(run);
    }

    /// <summary>Each line of the errors is one of ours, and none is of a stack trace.</summary>
    internal static void AssertPlain(CliRun run)
    {
        string[] lines = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Is.Not.Empty);
        Assert.That(lines, Is.All.StartsWith("nicemu: "));
        Assert.That(run.Error, Does.Not.Contain("   at ").And.Not.Contain("defect").And.Not.Contain("Exception"));
    }
}
