namespace NicEmu.Driver.Paths;

/// <summary>A TLS library in a program, after the handshake: content in, records out. What it does inside is not counted, only what goes in and comes out.</summary>
public interface IRecordLibrary
{
    /// <summary>Most bytes that records add to the content of one call.</summary>
    int MostOverhead { get; }

    /// <summary>Makes records of application data.</summary>
    /// <param name="content">The content.</param>
    /// <returns>The records; valid until the next call.</returns>
    ReadOnlySpan<byte> Seal(ReadOnlySpan<byte> content);

    /// <summary>Ends the sending side.</summary>
    /// <returns>The close_notify alert; valid until the next call.</returns>
    ReadOnlySpan<byte> Close();
}
