namespace NicEmu.Conformance.Sanitizer;

/// <summary>One thing that a driver must not do. The identifier never changes its meaning.</summary>
/// <param name="Id">NE and four digits: 1xxx registers and mailbox, 2xxx rings and DMA, 3xxx TLS and keys, 4xxx interrupts, 5xxx reset and lifecycle.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Title">What is wrong, in a few words.</param>
/// <param name="Meaning">What it means and what comes of it.</param>
/// <param name="LikelyCause">Where to look first.</param>
/// <param name="Section">Rule of docs/semantics.md, or heading of docs/registers.md.</param>
/// <param name="Needs">Events without which it cannot be judged.</param>
/// <param name="Resembles">Entries of the museum of upstream bugs that look like it; empty for none.</param>
public sealed record SanitizerRule(
    string Id, Severity Severity, string Title, string Meaning, string LikelyCause, string Section, SanitizerInput Needs, string Resembles = "");
