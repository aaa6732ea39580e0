using NicEmu.Spec.Core;

namespace NicEmu.Driver.Ktls;

/// <summary>What a receive session wants to tell the card.</summary>
/// <param name="Kind">Acknowledgement, refusal or hint.</param>
/// <param name="Sequence">TCP sequence number of a header, or of the refused candidate.</param>
/// <param name="RecordNumber">Number of the record that begins there; zero in a refusal.</param>
internal readonly record struct ResyncAnswer(ResyncAnswerKind Kind, uint Sequence, ulong RecordNumber);
