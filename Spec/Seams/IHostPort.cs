namespace NicEmu.Spec.Seams;

/// <summary>
/// The upstream port of a function: DMA and interrupts, both bus-master transactions of one requester.
/// Every call is a re-entry point: register accesses and resets may arrive before it returns.
/// </summary>
public interface IHostPort
{
    /// <summary>Reads host memory.</summary>
    /// <param name="address">Bus address of the first byte.</param>
    /// <param name="data">Receives the bytes; undefined unless the result is <see cref="BusStatus.Ok"/>.</param>
    BusStatus Read(ulong address, Span<byte> data);

    /// <summary>Writes host memory. Writes of one requester become visible in the order of the calls.</summary>
    /// <param name="address">Bus address of the first byte.</param>
    /// <param name="data">The bytes.</param>
    BusStatus Write(ulong address, ReadOnlySpan<byte> data);

    /// <summary>Raises an interrupt. All earlier writes are visible before it is delivered.</summary>
    /// <param name="vector">MSI-X vector number, for transports that own the table.</param>
    /// <param name="message">Contents of the table entry, for transports that do not.</param>
    BusStatus Interrupt(int vector, in MsixMessage message);
}
