using NicEmu.Driver.Crypto;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Paths;

/// <summary>Seals the records of one direction of a connection. It holds one record while it works on it.</summary>
/// <param name="info">Key and number of the first record.</param>
public sealed class RecordSealer(TlsCryptoInfo info) : IDisposable
{
    private readonly RecordCipher _cipher = new(info);
    private readonly byte[] _record = new byte[TlsRecordLayout.HeaderLength + new TlsRecordLayout(info.Version, info.Cipher).LengthFieldFor(TlsRecordLayout.MaxPlaintextLength)];
    private readonly ulong _nonceOffset = info.Layout.ExplicitNonceLength == 0 ? 0 : System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(info.Iv.Span[4..]) - info.RecordSequence;

    /// <summary>Version, cipher and lengths.</summary>
    public TlsRecordLayout Layout => info.Layout;

    /// <summary>Length of a record on the wire.</summary>
    /// <param name="contentLength">Bytes of content.</param>
    public int LengthOf(int contentLength) => RecordFraming.Length(Layout, contentLength);

    /// <summary>Makes a record.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="type">Content type.</param>
    /// <param name="content">Its content.</param>
    /// <returns>The record; valid until the next call.</returns>
    public ReadOnlySpan<byte> Seal(ulong number, TlsContentType type, ReadOnlySpan<byte> content)
    {
        Span<byte> record = _record.AsSpan(0, LengthOf(content.Length));
        RecordFraming.Write(Layout, type, number + _nonceOffset, content, record);
        _cipher.Seal(number, record);
        return record;
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose()
    {
        _cipher.Dispose();
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(_record);
    }
}
