namespace NicEmu.Cli.Bench;

/// <summary>One side of a comparison.</summary>
/// <param name="Run">The work; it leaves everything as it found it, so that it can be done again.</param>
/// <param name="Bytes">Payload bytes that one run handles.</param>
internal readonly record struct Contestant(Action Run, long Bytes);
