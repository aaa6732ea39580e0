namespace NicEmu.Traces.Answers;

/// <summary>What became of one TLS context, or of a command that was to make one.</summary>
/// <param name="Device">Number of the card.</param>
/// <param name="Handle">The context; 0 when none came to be.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Lines">What happened, in order, each with its time and its reason code.</param>
/// <param name="Troubled">Whether it was refused, fell back or lost its place.</param>
public sealed record ContextStory(int Device, ulong Handle, string Title, IReadOnlyList<string> Lines, bool Troubled);
