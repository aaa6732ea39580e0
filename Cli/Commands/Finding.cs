namespace NicEmu.Cli.Commands;

/// <summary>One line of <c>nicemu doctor</c>.</summary>
/// <param name="Name">What was looked for.</param>
/// <param name="Present">Whether it is there and usable.</param>
/// <param name="Required">Whether NicEmu is useless without it.</param>
/// <param name="Detail">Version or place found, or what it would be good for.</param>
/// <param name="Remedy">How to get it.</param>
internal sealed record Finding(string Name, bool Present, bool Required, string Detail, string Remedy);
