namespace NicEmu.Driver.Nic;

/// <summary>Memory that pieces lie in, read by the processor: where loads are counted, this is where.</summary>
public interface IDmaReader
{
    /// <summary>Loads bytes of one piece.</summary>
    /// <param name="address">Bus address of the first byte.</param>
    /// <param name="destination">Receives them.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bytes are not this owner's.</exception>
    void Read(ulong address, Span<byte> destination);
}
