using NicEmu.Board.Scenarios;

namespace NicEmu.Cli.Commands;

/// <summary>Reads scenario files for commands.</summary>
internal static class ScenarioFile
{
    /// <summary>Reads one.</summary>
    /// <param name="path">Its name.</param>
    /// <exception cref="UsageFault">It cannot be read, or is no scenario.</exception>
    public static Scenario Read(string path) => Parse(path, ScenarioReader.Read);

    /// <summary>Reads one that names a conformance case.</summary>
    /// <param name="path">Its name.</param>
    /// <returns>The case; null when the file names none.</returns>
    /// <exception cref="UsageFault">It cannot be read, or names one wrongly.</exception>
    public static CaseScenario? ReadCase(string path) => Parse(path, CaseScenario.Read);

    private static T Parse<T>(string path, Func<string, string, T> read)
    {
        try
        {
            return read(File.ReadAllText(path), path);
        }
        catch (ScenarioFormatException mistake)
        {
            throw new UsageFault(mistake.Message, mistake);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageFault($"cannot read {path}: {fault.Message}", fault);
        }
    }
}
