using System.CommandLine;

namespace NicEmu.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary><c>--json</c>.</summary>
    /// <param name="description">What it does, where it differs from the usual.</param>
    public static Option<bool> Json(string description = "Print one JSON document instead of text.") => new("--json") { Description = description };
}
