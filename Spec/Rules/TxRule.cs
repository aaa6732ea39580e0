using NicEmu.Spec.Core;

namespace NicEmu.Spec.Rules;

/// <summary>One row of the transmit truth table: descriptors in a state, and what becomes of the last of them.</summary>
/// <param name="Id">Number of the row, T01 and so on; never given to another row.</param>
/// <param name="Before">State of context and queue before.</param>
/// <param name="Sequence">Descriptors, or what happens to them.</param>
/// <param name="Status">How the last descriptor completes.</param>
/// <param name="FramesLeave">Whether its frames leave the device: all of them or none.</param>
/// <param name="After">State of context and queue after.</param>
/// <param name="Text">The rule in one sentence.</param>
public sealed record TxRule(string Id, string Before, string Sequence, TxStatus Status, bool FramesLeave, string After, string Text);
