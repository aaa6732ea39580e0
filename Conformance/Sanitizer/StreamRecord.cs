namespace NicEmu.Conformance.Sanitizer;

/// <summary>Where a record lies in its stream.</summary>
/// <param name="Start">Offset of its first byte.</param>
/// <param name="Length">Length with header.</param>
/// <param name="Number">Record sequence number.</param>
/// <param name="Prefix">Bytes before the encrypted part.</param>
internal readonly record struct StreamRecord(long Start, int Length, ulong Number, int Prefix)
{
    public long End => Start + Length;

    public long ContentStart => Start + Prefix;

    public long TagStart => End - Spec.Tls.TlsRecordLayout.TagLength;
}
