using System.Text.RegularExpressions;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Architecture;

/// <summary>Rules of the house that no analyzer knows.</summary>
public sealed class SourceRulesTests
{
    private const int LongestFile = 400;

    private static readonly string[] Rooms = ["Spec", "Net", "DeviceModel", "Firmware", "Driver", "Traces", "Conformance", "Board", "Report", "Cli", "Tests", "Benchmarks"];

    [Test]
    public void Files_Length_IsAtMost400Lines()
    {
        IEnumerable<string> tooLong = Sources().Where(f => File.ReadLines(f).Count() > LongestFile);

        Assert.That(tooLong, Is.Empty);
    }

    [Test]
    public void Files_Namespace_IsTheFolder()
    {
        IEnumerable<string> wrong = Sources()
            .Select(f => (File: f, Match: Regex.Match(File.ReadAllText(f), @"^namespace ([\w.]+)", RegexOptions.Multiline)))
            .Where(x => x.Match.Success && x.Match.Groups[1].Value != Expected(x.File))
            .Select(x => x.File);

        Assert.That(wrong, Is.Empty);
    }

    [TestCase(@"NotImplementedException")]
    [TestCase(@"#pragma warning disable")]
    [TestCase(@"\bTO" + @"DO\b|\bFIX" + @"ME\b")]
    [TestCase(@"#reg" + @"ion\b")]
    [TestCase(@"\bGetAwaiter\(\)\.GetResult\(\)")]
    public void Files_Text_HoldsNothingUnfinishedOrSilenced(string pattern)
    {
        IEnumerable<string> found = Sources().Where(f => !f.EndsWith("SourceRulesTests.cs", StringComparison.Ordinal)).Where(f => Regex.IsMatch(File.ReadAllText(f), pattern));

        Assert.That(found, Is.Empty);
    }

    [Test]
    public void CatchAll_Use_IsConfinedToBoardAndCli()
    {
        IEnumerable<string> found = Sources().Where(f => !Room(f).StartsWith("Board", StringComparison.Ordinal) && !Room(f).StartsWith("Cli", StringComparison.Ordinal))
            .Where(f => Regex.IsMatch(File.ReadAllText(f), @"catch\s*(\(Exception\b|\{)"))
            .Where(f => !f.EndsWith("SourceRulesTests.cs", StringComparison.Ordinal));

        Assert.That(found, Is.Empty);
    }

    [Test]
    public void Unsafe_Use_HasItsReasonAndItsRoom()
    {
        string[] allowed = ["DeviceModel/Crypto", "Board/", "VfioUser/"];

        IEnumerable<string> found = Sources().Where(f => Regex.IsMatch(File.ReadAllText(f), @"\bunsafe\b"))
            .Where(f => !f.EndsWith("SourceRulesTests.cs", StringComparison.Ordinal) && !f.Contains("/Tests/", StringComparison.Ordinal))
            .Where(f => !allowed.Any(a => Room(f).StartsWith(a, StringComparison.Ordinal)) || !File.ReadAllText(f).Contains("// SAFETY:", StringComparison.Ordinal));

        Assert.That(found, Is.Empty);
    }

    private static IEnumerable<string> Sources() => Rooms.Select(r => Path.Combine(SourceTree.Root, r)).Where(Directory.Exists)
        .SelectMany(r => Directory.EnumerateFiles(r, "*.cs", SearchOption.AllDirectories))
        .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    private static string Room(string file) => Path.GetRelativePath(SourceTree.Root, file);

    private static string Expected(string file) => "NicEmu." + Path.GetDirectoryName(Room(file))!.Replace('/', '.');
}
