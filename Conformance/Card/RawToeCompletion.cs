using System.Buffers.Binary;

namespace NicEmu.Conformance.Card;

/// <summary>A completion of the TCP offload engine, as it lies in memory.</summary>
/// <param name="Status">Status code; 0 is OK.</param>
/// <param name="Opcode">Command that ended.</param>
/// <param name="ContentType">Type of the record received; 0 for plain bytes.</param>
/// <param name="Cookie">Cookie of the command.</param>
/// <param name="Handle">Connection or listener.</param>
/// <param name="Length">Bytes sent or received.</param>
/// <param name="Detail">Bytes of a record that does not fit.</param>
/// <param name="Number">Number of the record, or place of the boundary.</param>
public readonly record struct RawToeCompletion(int Status, int Opcode, int ContentType, uint Cookie, ulong Handle, int Length, int Detail, ulong Number)
{
    /// <summary>Reads a completion.</summary>
    /// <param name="entry">64 bytes.</param>
    public static RawToeCompletion Read(ReadOnlySpan<byte> entry) => new(
        entry[0],
        entry[1],
        entry[2],
        BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]),
        BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]),
        BinaryPrimitives.ReadInt32LittleEndian(entry[16..]),
        BinaryPrimitives.ReadInt32LittleEndian(entry[20..]),
        BinaryPrimitives.ReadUInt64LittleEndian(entry[24..]));
}
