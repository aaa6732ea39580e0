using System.Text.Json;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Cli;

/// <summary><c>nicemu bench</c>: that it runs and says what it promises to say. How fast anything is, no test asks.</summary>
internal sealed class BenchCommandTests
{
    [Test]
    public void Bench_Json_NamesEveryFigureAndItsFloor()
    {
        CliRun run = CliRun.Of("bench", "--seconds", "0.01", "--json");

        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement root = document.RootElement;
        string[] figures = [.. root.GetProperty("figures").EnumerateArray().Select(Describe)];
        Assert.That(run.Code, Is.Zero);
        Assert.That(root.GetProperty("schema").GetString(), Is.EqualTo("nicemu.bench/1"));
        Assert.That(figures, Is.EqualTo(new[]
        {
            "engine AES-128-GCM 64 -", "engine AES-128-GCM 1408 -", "engine AES-128-GCM 16384 1",
            "engine AES-256-GCM 64 -", "engine AES-256-GCM 1408 -", "engine AES-256-GCM 16384 1",
            "engine ChaCha20-Poly1305 64 -", "engine ChaCha20-Poly1305 1408 -", "engine ChaCha20-Poly1305 16384 -",
            "pieces AES-128-GCM 16384 -", "pieces AES-256-GCM 16384 -", "pieces ChaCha20-Poly1305 16384 -",
            "transmit AES-128-GCM 65536 0.3", "transmit AES-256-GCM 65536 0.3", "transmit ChaCha20-Poly1305 65536 -",
        }));
        Assert.That(root.GetProperty("figures").EnumerateArray().Select(f => f.GetProperty("ratio").GetDouble()), Is.All.Positive);
    }

    [TestCase("0")]
    [TestCase("-1")]
    [TestCase("NaN")]
    [TestCase("4000")]
    public void Bench_SecondsOutOfRange_IsAUsageError(string seconds)
    {
        CliRun run = CliRun.Of("bench", "--seconds", seconds);

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Output, Is.Empty);
    }

    [Test]
    public void Figure_BelowItsFloor_IsMissed()
    {
        var below = new NicEmu.Cli.Bench.BenchFigure("engine", "AES-128-GCM", 16384, new(999, 1000, 0.999, 11), 1.0);
        var at = below with { Speeds = new(1000, 1000, 1.0, 11) };
        var without = below with { Floor = null };

        Assert.That((below.IsMet, at.IsMet, without.IsMet), Is.EqualTo((false, true, true)));
    }

    private static string Describe(JsonElement figure)
    {
        JsonElement floor = figure.GetProperty("floor");
        string text = floor.ValueKind == JsonValueKind.Null ? "-" : floor.GetRawText();
        return $"{figure.GetProperty("path").GetString()} {figure.GetProperty("cipher").GetString()} {figure.GetProperty("bytes").GetInt32()} {text}";
    }
}
