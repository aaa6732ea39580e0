using System.Reflection;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Architecture;

/// <summary>The star of projects: an edge that the diagram in docs/architecture.md does not have is a defect.</summary>
public sealed class ProjectReferencesTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["NicEmu.Spec"] = [],
        ["NicEmu.Net"] = [],
        ["NicEmu.DeviceModel"] = ["NicEmu.Spec"],
        ["NicEmu.Firmware"] = ["NicEmu.Spec", "NicEmu.Net"],
        ["NicEmu.Driver"] = ["NicEmu.Spec", "NicEmu.Net"],
        ["NicEmu.Traces"] = ["NicEmu.Spec"],
        ["NicEmu.Conformance"] = ["NicEmu.Spec", "NicEmu.Net"],
        ["NicEmu.Board"] = ["NicEmu.Spec", "NicEmu.Net", "NicEmu.DeviceModel", "NicEmu.Firmware", "NicEmu.Driver", "NicEmu.Traces", "NicEmu.Conformance"],
        ["NicEmu.Report"] = ["NicEmu.Spec", "NicEmu.Driver", "NicEmu.Board"],
        ["nicemu"] = ["NicEmu.Spec", "NicEmu.Net", "NicEmu.DeviceModel", "NicEmu.Firmware", "NicEmu.Driver", "NicEmu.Traces", "NicEmu.Conformance", "NicEmu.Board", "NicEmu.Report"],
    };

    [TestCaseSource(nameof(Names))]
    public void Assembly_References_AreThoseOfTheDiagram(string name)
    {
        Assembly assembly = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, name + ".dll"));

        string[] ours = [.. assembly.GetReferencedAssemblies().Select(r => r.Name!).Where(IsOurs)];

        Assert.That(ours, Is.SubsetOf(Allowed[name]));
    }

    [TestCaseSource(nameof(Names))]
    public void ProjectFile_References_AreThoseOfTheDiagram(string name)
    {
        string project = name == "nicemu" ? "Cli" : name[(name.IndexOf('.') + 1)..];
        string text = File.ReadAllText(Path.Combine(SourceTree.Root, project, project + ".csproj"));

        IEnumerable<string> references = System.Text.RegularExpressions.Regex.Matches(text, "ProjectReference Include=\"\\.\\./([A-Za-z]+)/").Select(m => "NicEmu." + m.Groups[1].Value);

        Assert.That(references, Is.SubsetOf(Allowed[name]));
    }

    [Test]
    public void Solution_Projects_AreAllKnownHere()
    {
        IEnumerable<string> projects = Directory.GetFiles(SourceTree.Root, "*.csproj", SearchOption.AllDirectories)
            .Where(p => !p.Contains("/artifacts/", StringComparison.Ordinal))
            .Select(p => Path.GetFileNameWithoutExtension(p)!);

        IEnumerable<string> known = Allowed.Keys.Select(k => k == "nicemu" ? "Cli" : k["NicEmu.".Length..]).Concat(["Tests", "Benchmarks"]);

        Assert.That(projects, Is.EquivalentTo(known));
    }

    private static string[] Names() => [.. Allowed.Keys];

    private static bool IsOurs(string name) => name.StartsWith("NicEmu.", StringComparison.Ordinal) || name == "nicemu";
}
