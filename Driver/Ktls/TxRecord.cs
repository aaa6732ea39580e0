using System.Buffers;
using System.Buffers.Binary;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Ktls;

/// <summary>A record that was written and not yet wholly acknowledged, in plaintext with its placeholder.</summary>
internal sealed class TxRecord(ulong number, uint start, byte[] image, int length)
{
    public ulong Number => number;

    /// <summary>TCP sequence number of the header's first byte.</summary>
    public uint Start => start;

    /// <summary>TCP sequence number after the tag.</summary>
    public uint End => start + (uint)length;

    public ReadOnlySpan<byte> Image => image.AsSpan(0, length);

    public static TxRecord Rent(ulong number, uint start, int length) => new(number, start, ArrayPool<byte>.Shared.Rent(length), length);

    public Span<byte> Writable => image.AsSpan(0, length);

    public void Return() => ArrayPool<byte>.Shared.Return(image, clearArray: true);

    /// <summary>Offset of the tag's first byte.</summary>
    public int TagOffset => length - TlsRecordLayout.TagLength;

    public RangeDescriptor Range(ulong handle, in TlsRecordLayout layout, in RangeWindow window) => new()
    {
        RecordType = image[0],
        Handle = handle,
        Offset = (uint)window.Offset,
        LengthField = LengthField,
        HeaderVersion = HeaderVersion,
        RecordNumber = number,
        ExplicitNonce = ExplicitNonce(layout),
        Length = (uint)window.Length,
        Skip = (uint)window.Skip,
    };

    public PositionDescriptor Position(ulong handle, in TlsRecordLayout layout, bool advance) => new()
    {
        Flags = advance ? TxFlags.Advance : TxFlags.None,
        RecordType = image[0],
        Handle = handle,
        RecordStartSequence = start,
        LengthField = LengthField,
        HeaderVersion = HeaderVersion,
        RecordNumber = number,
        ExplicitNonce = ExplicitNonce(layout),
    };

    private ushort LengthField => BinaryPrimitives.ReadUInt16BigEndian(image.AsSpan(3));

    private ushort HeaderVersion => BinaryPrimitives.ReadUInt16BigEndian(image.AsSpan(1));

    private ulong ExplicitNonce(in TlsRecordLayout layout) =>
        layout.ExplicitNonceLength > 0 ? BinaryPrimitives.ReadUInt64BigEndian(image.AsSpan(TlsRecordLayout.HeaderLength)) : 0;
}
