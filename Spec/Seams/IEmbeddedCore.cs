namespace NicEmu.Spec.Seams;

/// <summary>The program inside the device, as its hardware sees it.</summary>
public interface IEmbeddedCore
{
    /// <summary>The hardware raised a line; the program only notes it and runs later, from its own timer.</summary>
    /// <param name="line">One of <see cref="Native.InternalLine"/>.</param>
    void Notify(int line);

    /// <summary>The hardware released the core from reset: all program state is gone, execution starts anew.</summary>
    void Restart();

    /// <summary>The program's state, for a device snapshot.</summary>
    byte[] Save();

    /// <summary>Puts a saved state back.</summary>
    /// <param name="state">What <see cref="Save"/> returned.</param>
    /// <exception cref="ArgumentException">The bytes are not such a state.</exception>
    void Restore(ReadOnlySpan<byte> state);
}
