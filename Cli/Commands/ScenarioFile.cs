using NicEmu.Board.Scenarios;

namespace NicEmu.Cli.Commands;

/// <summary>Reads scenario files for commands.</summary>
internal static class ScenarioFile
{
    /// <summary>Reads one.</summary>
    /// <param name="path">Its name.</param>
    /// <exception cref="UsageFault">It cannot be read, or is no scenario.</exception>
    public static Scenario Read(string path)
    {
        try
        {
            return ScenarioReader.Read(File.ReadAllText(path), path);
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
