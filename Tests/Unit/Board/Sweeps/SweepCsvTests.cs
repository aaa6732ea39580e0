using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using NicEmu.Board.Compare.Sweeps;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Board.Sweeps;

/// <summary>Tables of sweeps: what is written is read back, in any culture, and nothing else is.</summary>
public sealed class SweepCsvTests
{
    private static readonly SweepDefinition Definition = SweepFixture.Definition;

    [Test]
    public void Write_AnyResult_IsReadBack()
    {
        Gen<double[]> measured = Gen.OneOf(Gen.Double[-1e300, 1e300], Gen.Const(double.NaN), Gen.Const(0.1), Gen.Const(1e-320)).Array[SweepFixture.Measured];
        Gen<SweepResult> results = Gen.Select(Gen.ULong, Gen.Bool, Gen.Bool.Array[Definition.Settings.Count], measured.Array[Definition.Settings.Count])
            .Select((seed, isFull, kept, values) => new SweepResult(Definition, [.. Definition.Settings.Where(s => kept[s.Index]).Select(s => SweepFixture.Point(s, values[s.Index]))], seed, isFull));

        results.Sample(result =>
        {
            SweepResult? read = SweepCsv.Read(new StringReader(Text(result)), Definition);

            return result.Points.Count == 0 ? read is null : Text(read!) == Text(result) && read!.Points.Zip(result.Points).All(static p => p.First.Values.SequenceEqual(p.Second.Values));
        });
    }

    [Test]
    public void Write_CultureWithCommas_IsTheSame()
    {
        SweepResult result = SweepRunner.Run(Definition);
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            string invariant = Text(result);
            var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (commas.NumberFormat.NumberDecimalSeparator, commas.NumberFormat.NegativeSign) = (",", "~");
            CultureInfo.CurrentCulture = commas;

            Assert.That(Text(result), Is.EqualTo(invariant));
            Assert.That(SweepCsv.Read(new StringReader(invariant), Definition)!.Points.Select(static p => p["share"]), Is.EqualTo(result.Points.Select(static p => p["share"])));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Test]
    public void Write_TwoPoints_IsTheseBytes()
    {
        SweepSetting[] settings = [.. Definition.Settings.Take(2)];
        var result = new SweepResult(Definition, [SweepFixture.Point(settings[0], [0.25, 0.5, 1]), SweepFixture.Point(settings[1], [1e-7, double.NaN, 0])], 7, true);

        Assert.That(Text(result), Is.EqualTo("sweep,effort,seed,setting,shape,size,share,formula,applies\ntest,full,7,0,round,1,0.25,0.5,yes\ntest,full,7,1,round,2.5,1E-07,,no\n"));
    }

    [TestCase("", 1)]
    [TestCase("sweep,effort,seed,setting\n", 1)]
    [TestCase("HEAD\ntest,quick,1,0,round,1,0.25,0.5\n", 2)]
    [TestCase("HEAD\ntest,quick,1,0,round,1,0.25,0.5,yes,\n", 2)]
    [TestCase("HEAD\n\n", 2)]
    [TestCase("HEAD\nother,quick,1,0,round,1,0.25,0.5,yes\n", 2)]
    [TestCase("HEAD\ntest,slow,1,0,round,1,0.25,0.5,yes\n", 2)]
    [TestCase("HEAD\ntest,quick,-1,0,round,1,0.25,0.5,yes\n", 2)]
    [TestCase("HEAD\ntest,quick,18446744073709551616,0,round,1,0.25,0.5,yes\n", 2)]
    [TestCase("HEAD\ntest,quick,1,99,round,1,0.25,0.5,yes\n", 2)]
    [TestCase("HEAD\ntest,quick,1,-1,round,1,0.25,0.5,yes\n", 2)]
    [TestCase("HEAD\ntest,quick,1,0,oval,1,0.25,0.5,yes\n", 2)]
    [TestCase("HEAD\ntest,quick,1,0,square,1,0.25,0.5,yes\n", 2)]
    [TestCase("HEAD\ntest,quick,1,0,round,2.5,0.25,0.5,yes\n", 2)]
    [TestCase("HEAD\ntest,quick,1,0,round,,0.25,0.5,yes\n", 2)]
    [TestCase("HEAD\ntest,quick,1,0,round,1,NaN,0.5,yes\n", 2)]
    [TestCase("HEAD\ntest,quick,1,0,round,1,1e999,0.5,yes\n", 2)]
    [TestCase("HEAD\ntest,quick,1,0,round,1,\"0.25\",0.5,yes\n", 2)]
    [TestCase("HEAD\ntest,quick,1,0,round,1,0.25,0.5,yes\ntest,quick,1,0,round,1,0.25,0.5,yes\n", 3)]
    [TestCase("HEAD\ntest,quick,1,0,round,1,0.25,0.5,yes\ntest,quick,2,1,round,2.5,0.25,0.5,yes\n", 3)]
    [TestCase("HEAD\ntest,quick,1,0,round,1,0.25,0.5,yes\ntest,full,1,1,round,2.5,0.25,0.5,yes\n", 3)]
    public void Read_AnotherText_NamesTheLine(string text, int line)
    {
        string table = text.Replace("HEAD", "sweep,effort,seed,setting,shape,size,share,formula,applies", StringComparison.Ordinal);

        SweepFormatException? mistake = Assert.Throws<SweepFormatException>(() => SweepCsv.Read(new StringReader(table), Definition));

        Assert.That(mistake!.Line, Is.EqualTo(line));
    }

    [Test]
    public void Json_Result_SaysTheSameAsTheTable()
    {
        SweepResult result = SweepRunner.Run(Definition);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) SweepJson.Write(writer, result);

        using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray()));

        JsonElement root = document.RootElement;
        string[] lines = [.. root.GetProperty("points").EnumerateArray().Select(p => $"test,quick,1,{p.GetProperty("setting")},{string.Join(',', Definition.Columns.Select(c => p.GetProperty(c.Name).ToString()))}")];
        Assert.That(lines, Is.EqualTo(Text(result).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)));
        Assert.That(root.GetProperty("columns").EnumerateArray().Select(static c => c.GetProperty("name").GetString()), Is.EqualTo(Definition.Columns.Select(static c => c.Name)));
    }

    internal static string Text(SweepResult result)
    {
        using var writer = new StringWriter();
        SweepCsv.Write(writer, result);
        return writer.ToString();
    }
}
