using System.Globalization;

namespace NicEmu.Conformance.Oracle;

/// <summary>A card's transmit counters beside what was on its wire.</summary>
/// <param name="Packets">tx_tls_encrypted_packets.</param>
/// <param name="Bytes">tx_tls_encrypted_bytes.</param>
/// <param name="OutOfOrder">tx_tls_ooo.</param>
/// <param name="IsAlone">Whether the card alone protected the stream: else software's frames are among those on the wire, and the counts are upper bounds only.</param>
public sealed record CardCounts(ulong Packets, ulong Bytes, ulong OutOfOrder, bool IsAlone)
{
    /// <summary>Compares with the wire.</summary>
    /// <param name="wire">What was seen of the one protected stream that the card sent.</param>
    /// <returns>What differs; null when nothing does.</returns>
    public string? Compare(WireOracleReport wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        return Differs("tx_tls_encrypted_packets", Packets, wire.ProtectedFrames)
            ?? Differs("tx_tls_encrypted_bytes", Bytes, wire.ProtectedBytes)
            // A chain out of order begins with a frame that does not follow the one before it, or repeats.
            ?? (OutOfOrder > (ulong)(wire.Jumps + wire.RepeatedFrames)
                ? Text($"tx_tls_ooo is {OutOfOrder}; the wire has {wire.Jumps} jumps and {wire.RepeatedFrames} repeated frames.")
                : null);
    }

    private string? Differs(string name, ulong counted, long seen) => (IsAlone ? counted == (ulong)seen : counted <= (ulong)seen)
        ? null
        : Text($"{name} is {counted}; the wire has {(IsAlone ? string.Empty : "at most ")}{seen}.");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
