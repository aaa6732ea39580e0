using System.Buffers;
using System.Buffers.Binary;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;

namespace NicEmu.Driver.Ktls;

/// <summary>A record that was written and not yet wholly acknowledged, in plaintext with its placeholder: held here, or where its pieces lie.</summary>
internal sealed class TxRecord
{
    private readonly byte[] _image;
    private readonly int _length;
    private readonly DmaPiece[]? _pieces;
    private readonly int _pieceCount;
    private readonly IDmaReader? _reader;

    private TxRecord(ulong number, uint start, byte[] image, int length) => (Number, Start, _image, _length) = (number, start, image, length);

    private TxRecord(ulong number, uint start, byte[] prefix, int length, DmaPiece[] pieces, int pieceCount, IDmaReader reader)
        : this(number, start, prefix, length) => (_pieces, _pieceCount, _reader) = (pieces, pieceCount, reader);

    public ulong Number { get; }

    /// <summary>TCP sequence number of the header's first byte.</summary>
    public uint Start { get; }

    /// <summary>TCP sequence number after the tag.</summary>
    public uint End => Start + (uint)_length;

    public TxBytes Image => _pieces is null ? new(_image.AsSpan(0, _length)) : new(_pieces.AsSpan(0, _pieceCount), _reader!);

    /// <summary>The image of a record that is held here; the header and what stands before the content, of another.</summary>
    public Span<byte> Writable => _image.AsSpan(0, _pieces is null ? _length : Math.Min(_length, _image.Length));

    /// <summary>Offset of the tag's first byte.</summary>
    public int TagOffset => _length - TlsRecordLayout.TagLength;

    /// <summary>A record to be held here.</summary>
    public static TxRecord Rent(ulong number, uint start, int length) => new(number, start, ArrayPool<byte>.Shared.Rent(length), length);

    /// <summary>A record that stays where it is.</summary>
    /// <param name="number">Record number.</param>
    /// <param name="start">TCP sequence number of the header's first byte.</param>
    /// <param name="prefix">Its header and explicit nonce.</param>
    /// <param name="pieces">Where all of it lies, placeholder included.</param>
    /// <param name="reader">Loads it.</param>
    public static TxRecord Refer(ulong number, uint start, ReadOnlySpan<byte> prefix, ReadOnlySpan<DmaPiece> pieces, IDmaReader reader)
    {
        byte[] kept = ArrayPool<byte>.Shared.Rent(prefix.Length);
        prefix.CopyTo(kept);
        DmaPiece[] named = ArrayPool<DmaPiece>.Shared.Rent(pieces.Length);
        pieces.CopyTo(named);
        return new(number, start, kept, new TxBytes(pieces, reader).Length, named, pieces.Length, reader);
    }

    public void Return()
    {
        ArrayPool<byte>.Shared.Return(_image, clearArray: true);
        if (_pieces is not null) ArrayPool<DmaPiece>.Shared.Return(_pieces);
    }

    public RangeDescriptor Range(ulong handle, in TlsRecordLayout layout, in RangeWindow window) => new()
    {
        RecordType = _image[0],
        Handle = handle,
        Offset = (uint)window.Offset,
        LengthField = LengthField,
        HeaderVersion = HeaderVersion,
        RecordNumber = Number,
        ExplicitNonce = ExplicitNonce(layout),
        Length = (uint)window.Length,
        Skip = (uint)window.Skip,
    };

    public PositionDescriptor Position(ulong handle, in TlsRecordLayout layout, bool advance) => new()
    {
        Flags = advance ? TxFlags.Advance : TxFlags.None,
        RecordType = _image[0],
        Handle = handle,
        RecordStartSequence = Start,
        LengthField = LengthField,
        HeaderVersion = HeaderVersion,
        RecordNumber = Number,
        ExplicitNonce = ExplicitNonce(layout),
    };

    private ushort LengthField => BinaryPrimitives.ReadUInt16BigEndian(_image.AsSpan(3));

    private ushort HeaderVersion => BinaryPrimitives.ReadUInt16BigEndian(_image.AsSpan(1));

    private ulong ExplicitNonce(in TlsRecordLayout layout) =>
        layout.ExplicitNonceLength > 0 ? BinaryPrimitives.ReadUInt64BigEndian(_image.AsSpan(TlsRecordLayout.HeaderLength)) : 0;
}
