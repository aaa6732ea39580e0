namespace NicEmu.Tests.Museum;

/// <summary>One replacement in one file.</summary>
/// <param name="File">Path from the root of the tree.</param>
/// <param name="Old">Text that must occur exactly once.</param>
/// <param name="New">What it becomes.</param>
internal sealed record MutantEdit(string File, string Old, string New);
