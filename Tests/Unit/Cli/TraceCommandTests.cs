using System.Text.Json;
using NicEmu.Traces;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Cli;

/// <summary>Traces in every format, as the commands write them and read them back.</summary>
public sealed class TraceCommandTests
{
    private CliFolder _folder = null!;
    private string _pcapng = string.Empty;

    [OneTimeSetUp]
    public void Transfer()
    {
        _folder = new CliFolder();
        _pcapng = Send("pcapng");
    }

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Show_Pcapng_PrintsEveryEntryOnALine()
    {
        CliRun run = Show(_pcapng);

        using TraceFile trace = TraceFile.Open(_pcapng);
        Assert.That(Lines(run), Has.Length.EqualTo(trace.ReadAll().Count()));
        Assert.That(run.Output, Does.Contain("DB0_TX_TAIL").And.Contain("# TLS context"));
    }

    [Test]
    public void Show_JsonLines_IsTheSameAsTheTraceWrittenSo()
    {
        string file = Send("jsonl");

        CliRun run = Show(file, "--json");

        Assert.That(Lines(run), Has.Length.EqualTo(File.ReadLines(file).Count()));
        Assert.That(Lines(run).Select(l => JsonDocument.Parse(l).RootElement.ValueKind), Is.All.EqualTo(JsonValueKind.Object));
    }

    [Test]
    public void Show_ClassicPcap_PrintsTheFramesOfTheWire()
    {
        string file = Send("pcap");

        CliRun run = Show(file);

        using TraceFile trace = TraceFile.Open(_pcapng);
        Assert.That(Lines(run), Has.Length.EqualTo(trace.ReadAll().Count(e => e.Interface == "nic0-wire")));
    }

    [Test]
    public void Text_Format_IsTextAndNotReadBack()
    {
        string file = Send("text");

        CliRun run = CliRun.Of("trace", "show", file);

        Assert.That(File.ReadLines(file).First(), Does.Contain(" nic0 "));
        Assert.That((run.Code, run.Output), Is.EqualTo((2, string.Empty)));
    }

    [Test]
    public void Split_HostSide_IsAFileOfItsOwn()
    {
        Send("pcapng", "split.pcapng", "--split");

        using TraceFile host = TraceFile.Open(_folder["split.host.pcapng"]);
        using TraceFile main = TraceFile.Open(_folder["split.pcapng"]);
        TraceEntry[] frames = [.. host.ReadAll()];
        Assert.That(frames.Select(f => f.Interface), Is.All.EqualTo("nic0-host"));
        Assert.That(frames, Has.Length.EqualTo(main.ReadAll().Count(e => e.Interface == "nic0-host")).And.Not.Empty);
    }

    [TestCase("kind=MmioWrite", "<-")]
    [TestCase("register=DB_TX_TAIL", "DB0_TX_TAIL")]
    [TestCase("interface=nic0-wire and record>=1", "TLS context")]
    public void Filter_Expression_KeepsWhatMatches(string filter, string inEveryLine)
    {
        string[] lines = Lines(Show(_pcapng, "--filter", filter));

        Assert.That(lines, Is.Not.Empty);
        Assert.That(lines, Is.All.Contain(inEveryLine));
        Assert.That(lines, Has.Length.LessThan(Lines(Show(_pcapng)).Length));
    }

    [Test]
    public void Limit_Lines_ArePrinted() => Assert.That(Lines(Show(_pcapng, "--limit", "7")), Has.Length.EqualTo(7));

    [Test]
    public void Show_FileCutOff_PrintsWhatIsWholeAndSaysWhereItEnds()
    {
        string cut = _folder.File("cut.pcapng", File.ReadAllBytes(_pcapng)[..^7]);

        CliRun run = CliRun.Of("trace", "show", cut);

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(Lines(run), Has.Length.EqualTo(Lines(Show(_pcapng)).Length - 1));
        BadInputTests.AssertPlain(run);
    }

    private string Send(string format, string? name = null, params string[] more)
    {
        string content = _folder.Content("content", 20_000);
        string file = _folder[name ?? "trace." + format];
        CliRun run = CliRun.Of(["send", content, "--format", format, "-o", file, .. more]);
        Assert.That(run.Code, Is.Zero, run.Output + run.Error);
        Assert.That(run.Output, Does.Contain(file));
        return file;
    }

    private static CliRun Show(string file, params string[] more)
    {
        CliRun run = CliRun.Of(["trace", "show", file, .. more]);
        Assert.That((run.Code, run.Error), Is.EqualTo((0, string.Empty)));
        return run;
    }

    private static string[] Lines(CliRun run) => run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
