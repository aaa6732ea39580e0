using NicEmu.Spec.Core;

namespace NicEmu.Spec.Rules;

/// <summary>One row of the receive truth table: an event in a state, and what the packet is delivered as.</summary>
/// <param name="Id">Number of the row, R01 and so on; never given to another row.</param>
/// <param name="Before">State of the context before.</param>
/// <param name="Happens">Packet or answer.</param>
/// <param name="Verdict">Verdict of the packet, or of the next one after an answer.</param>
/// <param name="Reason">Reason that goes with it.</param>
/// <param name="After">State of the context after.</param>
/// <param name="Text">The rule in one sentence.</param>
public sealed record RxRule(string Id, RxState Before, string Happens, RxVerdict Verdict, RxReason Reason, RxState After, string Text);
