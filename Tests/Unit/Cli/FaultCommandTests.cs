using System.Text.Json;
using NicEmu.Board.Faults;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Cli;

public sealed class FaultCommandTests
{
    [Test]
    public void List_Text_NamesEveryFault()
    {
        CliRun run = CliRun.Of("fault", "list");

        Assert.That(run.Code, Is.Zero);
        Assert.That(FaultCatalogue.All.Where(f => !run.Output.Contains(f.Name + " ", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void List_Json_IsOneDocumentWithEveryFault()
    {
        CliRun run = CliRun.Of("fault", "list", "--json");

        using JsonDocument document = JsonDocument.Parse(run.Output);
        Assert.That(document.RootElement.GetProperty("schema").GetString(), Is.EqualTo("nicemu.faults/1"));
        Assert.That(document.RootElement.GetProperty("faults").GetArrayLength(), Is.EqualTo(FaultCatalogue.All.Count));
    }

    [Test]
    public void Explain_EveryFault_TellsParametersAndMoments()
    {
        foreach (FaultDefinition fault in FaultCatalogue.All)
        {
            CliRun run = CliRun.Of("fault", "explain", fault.Name);

            Assert.That(run.Code, Is.Zero);
            Assert.That(fault.Parameters.Where(p => !run.Output.Contains(p.Name + "=", StringComparison.Ordinal)), Is.Empty, fault.Name);
        }
    }

    [Test]
    public void Explain_Misspelt_SuggestsAndExits2()
    {
        CliRun run = CliRun.Of("fault", "explain", "frame-dro");

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("did you mean 'frame-drop'?"));
    }

    [Test]
    public void Send_FaultThatNeverStrikes_Exits1AndSaysSo()
    {
        using var folder = new CliFolder();
        string file = folder.Content("content.bin", 5000);

        CliRun run = CliRun.Of("send", file, "--no-trace", "--fault", "frame-drop@frame=9999");

        Assert.That(run.Code, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("before this fault could strike: frame-drop@frame=9999"));
    }

    [Test]
    public void Send_FaultWithAMistake_Exits2()
    {
        using var folder = new CliFolder();
        string file = folder.Content("content.bin", 5000);

        CliRun run = CliRun.Of("send", file, "--no-trace", "--fault", "frame-drop@never");

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("--fault frame-drop@never: 'never' is no moment"));
    }
}
