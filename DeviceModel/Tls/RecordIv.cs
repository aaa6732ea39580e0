using System.Buffers.Binary;

namespace NicEmu.DeviceModel.Tls;

/// <summary>The twelve IV bytes of a context. TLS 1.2 with GCM uses the first four, the salt (RFC 5288 §3); all else uses all twelve.</summary>
/// <param name="First">Bytes 0 to 3, big-endian.</param>
/// <param name="Rest">Bytes 4 to 11, big-endian.</param>
internal readonly record struct RecordIv(uint First, ulong Rest)
{
    /// <param name="iv">Twelve bytes.</param>
    public static RecordIv Read(ReadOnlySpan<byte> iv) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(iv), BinaryPrimitives.ReadUInt64BigEndian(iv[4..]));
}
