namespace NicEmu.Conformance.Oracle;

/// <summary>A record that was on the wire.</summary>
/// <param name="Number">Record sequence number.</param>
/// <param name="Offset">Offset of its header in the protected stream.</param>
/// <param name="Length">Bytes from header to tag.</param>
/// <param name="Type">Content type; in TLS 1.3 the inner one.</param>
/// <param name="Content">Its content.</param>
public sealed record OpenedRecord(ulong Number, int Offset, int Length, byte Type, byte[] Content);
