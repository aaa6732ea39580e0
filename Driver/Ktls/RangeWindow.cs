namespace NicEmu.Driver.Ktls;

/// <summary>The part of a record that one request brings.</summary>
/// <param name="Offset">Offset in the record of the first byte.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Skip">Bytes of them, from the first, that are not sent.</param>
internal readonly record struct RangeWindow(int Offset, int Length, int Skip);
