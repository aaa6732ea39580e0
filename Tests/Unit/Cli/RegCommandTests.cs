using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Cli;

public sealed class RegCommandTests
{
    [Test]
    public void Decode_Value_NamesEveryField()
    {
        CliRun run = CliRun.Of("reg", "decode", "MBOX_CTRL", "0x80080012");

        Assert.That(run.Code, Is.Zero);
        Assert.That(run.Output, Does.Match(@"GO\s+0x1\s").And.Match(@"LENGTH\s+0x8\s").And.Match(@"OPCODE\s+0x12\s").And.Match(@"EVENT\s+0x0\s"));
    }

    [Test]
    public void Decode_ReservedBits_AreNamed()
    {
        CliRun run = CliRun.Of("reg", "decode", "DEV_CTRL", "0x10");

        Assert.That(run.Output, Does.Contain("reserved bits set: 0x00000010"));
    }

    [TestCase("reg", "show", "NO_SUCH")]
    [TestCase("reg", "decode", "MBOX_CTRL", "0x1FFFFFFFF")]
    [TestCase("reg", "decode", "MBOX_CTRL", "-1")]
    [TestCase("reg", "export", "rust")]
    [TestCase("reg")]
    [TestCase("no-such-command")]
    [TestCase("reg", "list", "--no-such-option")]
    public void Mistake_OnTheCommandLine_IsSaidAndExitsWith2(params string[] args)
    {
        CliRun run = CliRun.Of(args);

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Error, Does.StartWith("nicemu: "));
        Assert.That(run.Error, Does.Not.Contain("   at "), "no exception trace");
    }

    [Test]
    public void List_Json_IsOneDocumentWithASchema()
    {
        CliRun run = CliRun.Of("reg", "list", "--json");

        using JsonDocument document = JsonDocument.Parse(run.Output);
        Assert.That(document.RootElement.GetProperty("schema").GetString(), Is.EqualTo("nicemu.registers/1"));
        JsonElement tail = document.RootElement.GetProperty("registers").EnumerateArray().Single(r => r.GetProperty("name").GetString() == "DB_TX_TAIL");
        Assert.That(tail.GetProperty("bar").GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public void Manual_InTheTree_IsCurrent()
    {
        string inTree = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "registers.md"));

        Assert.That(CliRun.Of("reg", "export", "md").Output, Is.EqualTo(inTree), "run: ./nicemu reg export md > docs/registers.md");
    }

    [Test]
    public void Header_Exported_CompilesAsStrictC11()
    {
        string gcc = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(p => Path.Combine(p, "gcc")).FirstOrDefault(File.Exists) ?? string.Empty;
        if (gcc.Length == 0)
        {
            Assert.Ignore("gcc is not installed");
        }

        string folder = Directory.CreateTempSubdirectory("nicemu-header").FullName;
        File.WriteAllText(Path.Combine(folder, "nicemu.h"), CliRun.Of("reg", "export", "c").Output);
        File.WriteAllText(Path.Combine(folder, "use.c"), "#include \"nicemu.h\"\nint main(void) { return (int)sizeof(struct nicemu_data_descriptor) - 64; }\n");

        using Process process = Process.Start(new ProcessStartInfo(gcc, "-std=c11 -Wall -Wextra -Wpedantic -Werror use.c -o use") { WorkingDirectory = folder, RedirectStandardError = true })!;
        string complaints = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.That(complaints, Is.Empty);
        Assert.That(process.ExitCode, Is.Zero);
        Directory.Delete(folder, recursive: true);
    }
}
