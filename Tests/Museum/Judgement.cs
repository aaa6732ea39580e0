namespace NicEmu.Tests.Museum;

/// <summary>What a killer says of a mutant.</summary>
/// <param name="Killer">A case, or a sanitizer rule within a case.</param>
/// <param name="Killed">Whether it noticed the bug.</param>
/// <param name="Said">In which words; of one that noticed nothing, what came instead.</param>
internal sealed record Judgement(string Killer, bool Killed, string Said);
