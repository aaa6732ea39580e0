namespace NicEmu.Conformance.Sanitizer;

/// <summary>One breach of a rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="TimePs">Virtual time in picoseconds.</param>
/// <param name="EventNumber">Number of the event that showed it, from 0.</param>
/// <param name="Device">Number of the device.</param>
/// <param name="Subject">What it is about: a register, a queue, a context, a flow.</param>
/// <param name="What">What happened, with its numbers.</param>
/// <param name="History">The events of the subject before it, oldest first, one line each.</param>
public sealed record Finding(SanitizerRule Rule, long TimePs, long EventNumber, int Device, string Subject, string What, IReadOnlyList<string> History);
