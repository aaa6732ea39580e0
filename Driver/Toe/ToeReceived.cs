using NicEmu.Spec.Native.Toe;

namespace NicEmu.Driver.Toe;

/// <summary>What came of one buffer for received bytes.</summary>
/// <param name="Status">Ok, or why nothing came.</param>
/// <param name="Length">Bytes that lie in the buffer.</param>
/// <param name="ContentType">Type of the record (RFC 8446 §5.1); 0 for bytes of a plain stream.</param>
/// <param name="RecordNumber">Number of the record.</param>
/// <param name="Needed">BUFFER_TOO_SMALL: bytes of the record that waits.</param>
public readonly record struct ToeReceived(ToeStatus Status, int Length, byte ContentType, ulong RecordNumber, int Needed);
