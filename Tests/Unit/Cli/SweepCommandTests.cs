using System.Text.Json;
using NicEmu.Board.Compare.Sweeps;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Cli;

/// <summary><c>nicemu sweep</c>: a part of a sweep in each form that it can be had in.</summary>
public sealed class SweepCommandTests
{
    // Two settings; the last of the quick ones are fast.
    private static readonly string[] Some = ["sweep", "resync", "--shard", "31/31"];

    private CliFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new CliFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void List_Names_AreThoseOfTheCatalogue()
    {
        CliRun run = CliRun.Of("sweep", "--list");

        Assert.That(run.Code, Is.Zero);
        Assert.That(run.Output.Split('\n').Where(static l => l.Length > 0 && l[0] != ' ').Select(static l => l.Split(' ')[0]), Is.EqualTo(SweepCatalogue.All.Select(static d => d.Name)));
    }

    [Test]
    public void Csv_SameSeed_IsTheSameAndReadable()
    {
        CliRun first = CliRun.Of([.. Some, "--csv", _folder["a.csv"]]);
        CliRun second = CliRun.Of([.. Some, "-o", _folder["folder"]]);

        string table = File.ReadAllText(_folder["a.csv"]);
        SweepResult? read = SweepCsv.Read(new StringReader(table), SweepCatalogue.Find("resync")!);
        Assert.That(first.Code, Is.Zero, first.Error);
        Assert.That(second.Output, Is.EqualTo(first.Output));
        Assert.That(first.Error, Is.Empty);
        Assert.That(File.ReadAllText(Path.Combine(_folder["folder"], "resync.csv")), Is.EqualTo(table));
        Assert.That(read!.Points.Select(static p => p["delta"]), Is.EqualTo(read.Points.Select(static p => p["predicted"])).And.Some.Positive);
        Assert.That(first.Output, Does.Contain($"measured exactly as the independent model predicts: {read.Points.Count} of {read.Points.Count}"));
    }

    [Test]
    public void Resume_FileWithPoints_KeepsThem()
    {
        CliRun.Of([.. Some, "--csv", _folder["whole.csv"]]);
        string whole = File.ReadAllText(_folder["whole.csv"]);
        string[] lines = whole.Split('\n');
        // A value that no run gives shows that the point was not run again.
        string[] fields = lines[1].Split(',');
        fields[10] = "12345";
        File.WriteAllText(_folder["part.csv"], $"{lines[0]}\n{string.Join(',', fields)}\n");

        CliRun run = CliRun.Of([.. Some, "--csv", _folder["part.csv"], "--resume"]);

        string[] resumed = File.ReadAllText(_folder["part.csv"]).Split('\n');
        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(resumed[1], Is.EqualTo(string.Join(',', fields)));
        Assert.That(resumed.Skip(2), Is.EqualTo(lines.Skip(2)));
    }

    [Test]
    public void Json_Points_HaveTheirColumns()
    {
        CliRun run = CliRun.Of([.. Some, "--json"]);

        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement sweep = document.RootElement.GetProperty("sweeps")[0];
        Assert.That(run.Code, Is.Zero);
        Assert.That(document.RootElement.GetProperty("schema").GetString(), Is.EqualTo("nicemu.sweep/1"));
        Assert.That(sweep.GetProperty("name").GetString(), Is.EqualTo("resync"));
        Assert.That(sweep.GetProperty("points").EnumerateArray().Select(static p => p.GetProperty("strategy").GetString()), Is.Not.Empty.And.All.Matches("re|ra|ne"));
    }

    [Test]
    public void Shard_WithoutSettings_SaysThatNothingRan()
    {
        CliRun run = CliRun.Of("sweep", "resync", "--shard", "5000/5000");

        Assert.That(run.Code, Is.EqualTo(4));
    }

    [TestCase(2, "needs the name", "sweep")]
    [TestCase(2, "there is no sweep nothing", "sweep", "nothing")]
    [TestCase(2, "--shard 0/2", "sweep", "resync", "--shard", "0/2")]
    [TestCase(2, "--shard 3/2", "sweep", "resync", "--shard", "3/2")]
    [TestCase(2, "--shard 1", "sweep", "resync", "--shard", "1")]
    [TestCase(2, "--quick", "sweep", "resync", "--quick", "--full")]
    [TestCase(2, "--csv", "sweep", "all", "--csv", "@a.csv", "-o", "@folder")]
    [TestCase(2, "--resume", "sweep", "resync", "--resume")]
    [TestCase(2, "Line 1", "sweep", "resync", "--csv", "@garbage", "--resume")]
    [TestCase(2, "many", "sweep", "resync", "--seed", "many")]
    [TestCase(3, "nowhere", "sweep", "resync", "--csv", "@nowhere/a.csv")]
    [TestCase(3, "garbage", "sweep", "resync", "-o", "@garbage")]
    public void Run_BadInput_SaysWhatIsWrong(int code, string named, params string[] args)
    {
        _folder.File("garbage", [0xFF, 0, 10, 13, 44]);

        CliRun run = CliRun.Of([.. args.Select(a => a.StartsWith('@') ? _folder[a[1..]] : a)]);

        Assert.That(run.Code, Is.EqualTo(code), run.Output + run.Error);
        Assert.That(run.Error, Does.Contain(named));
        BadInputTests.AssertPlain(run);
    }
}
