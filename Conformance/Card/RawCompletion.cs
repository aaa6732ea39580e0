namespace NicEmu.Conformance.Card;

/// <summary>A transmit completion, as bytes of the manual read by hand.</summary>
/// <param name="Cookie">Cookie of the descriptor.</param>
/// <param name="Head">Free-running index behind the last descriptor completed.</param>
/// <param name="Status">Status code; 0 is OK.</param>
/// <param name="Opcode">Opcode of the descriptor.</param>
/// <param name="Frames">Frames sent.</param>
public sealed record RawCompletion(uint Cookie, uint Head, byte Status, byte Opcode, ushort Frames);
