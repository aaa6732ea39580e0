namespace NicEmu.Spec.Seams;

/// <summary>The bus that the embedded core of the device sees: internal registers and windows of card memory.</summary>
public interface IInternalBus
{
    /// <summary>Reads an internal register; unknown offsets read as ones.</summary>
    /// <param name="offset">Byte offset, aligned to 4.</param>
    uint Read(uint offset);

    /// <summary>Writes an internal register.</summary>
    /// <param name="offset">Byte offset, aligned to 4.</param>
    /// <param name="value">The value.</param>
    void Write(uint offset, uint value);

    /// <summary>A window of card memory. Key bytes are in none of them.</summary>
    /// <param name="id">One of <see cref="Native.InternalWindow"/>.</param>
    Span<byte> Window(int id);

    /// <summary>Connects the program that the device notifies; null disconnects it.</summary>
    /// <param name="core">Receives the lines that the hardware raises.</param>
    void Attach(IEmbeddedCore? core);
}
