using NicEmu.Driver.Handshake;

namespace NicEmu.Driver.Paths;

/// <summary>The library that shook hands, BouncyCastle's TLS, goes on as the record layer of the program.</summary>
/// <param name="handshake">Complete, with nothing sent since.</param>
public sealed class HandshakeLibrary(TlsHandshake handshake) : IRecordLibrary
{
    private readonly byte[] _output = new byte[16384 + 256];

    /// <inheritdoc/>
    public int MostOverhead => 256;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Seal(ReadOnlySpan<byte> content)
    {
        handshake.Write(content);
        return _output.AsSpan(0, handshake.TakeOutput(_output));
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Close()
    {
        handshake.Close();
        return _output.AsSpan(0, handshake.TakeOutput(_output));
    }
}
