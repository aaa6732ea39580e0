namespace NicEmu.Conformance.Card;

/// <summary>A receive completion, as bytes of the manual read by hand, with the frame that it announces.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Flags">Checksum and VLAN flags.</param>
/// <param name="Verdict">TLS verdict code.</param>
/// <param name="Reason">TLS reason code.</param>
/// <param name="RecordsCompleted">Records that ended in the frame.</param>
/// <param name="Status">Status code; 0 is OK.</param>
/// <param name="Candidate">TCP sequence number of the header that a resync request asks about.</param>
/// <param name="Handle">TLS context.</param>
/// <param name="RecordNumber">Number of the first record of the frame.</param>
public sealed record RawRxCompletion(byte[] Frame, ushort Flags, byte Verdict, byte Reason, byte RecordsCompleted, byte Status, uint Candidate, ulong Handle, ulong RecordNumber);
