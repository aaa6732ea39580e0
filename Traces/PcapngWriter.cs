using System.Buffers.Binary;
using System.Text;

namespace NicEmu.Traces;

/// <summary>
/// Writes a pcapng file block by block (draft-ietf-opsawg-pcapng), little-endian, time in nanoseconds. Each block reaches the stream in one
/// write, so that the file is complete up to its last block whenever writing stops.
/// </summary>
public sealed class PcapngWriter : IDisposable
{
    private const byte NanosecondResolution = 9;

    private readonly Stream _output;
    private readonly bool _leaveOpen;
    private byte[] _block = new byte[4096];
    private MemoryStream? _held;
    private int _length;
    private int _interfaces;

    /// <summary>Starts a file with its section header.</summary>
    /// <param name="output">Receives the file; need not be seekable.</param>
    /// <param name="leaveOpen">Whether <see cref="Dispose"/> leaves the stream open.</param>
    public PcapngWriter(Stream output, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        _leaveOpen = leaveOpen;
        Begin(PcapngFormat.SectionHeader);
        Put32(PcapngFormat.ByteOrderMagic);
        Put16(1);
        Put16(0);
        Put64(ulong.MaxValue); // section length not given: the file grows
        PutOption(PcapngFormat.UserApplication, Encoding.UTF8.GetBytes(Product.Name));
        End(withOptions: true);
    }

    /// <summary>Adds an interface.</summary>
    /// <param name="name">Name shown by analysers.</param>
    /// <param name="linkType">One of <see cref="LinkTypes"/>, 0 to 65535.</param>
    /// <param name="description">What passes here.</param>
    /// <returns>Number of the interface, from 0.</returns>
    public int AddInterface(string name, int linkType, string description)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(linkType);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(linkType, ushort.MaxValue);
        Begin(PcapngFormat.InterfaceDescription);
        Put16((ushort)linkType);
        Put16(0);
        Put32(0); // no snap length
        PutOption(PcapngFormat.InterfaceName, Encoding.UTF8.GetBytes(name));
        PutOption(PcapngFormat.InterfaceDescriptionText, Encoding.UTF8.GetBytes(description));
        PutOption(PcapngFormat.TimestampResolution, [NanosecondResolution]);
        End(withOptions: true);
        return _interfaces++;
    }

    /// <summary>Writes one packet, given in two parts so that no copy is needed to put a header before it.</summary>
    /// <param name="interfaceId">Number from <see cref="AddInterface"/>.</param>
    /// <param name="timeNs">Time in nanoseconds, not negative.</param>
    /// <param name="direction">Sent or received.</param>
    /// <param name="head">First bytes.</param>
    /// <param name="tail">The bytes after them.</param>
    /// <param name="comment">UTF-8 text shown with the packet; empty for none; at most 65535 bytes.</param>
    /// <param name="omittedBytes">Bytes of the packet that are not written.</param>
    public void WritePacket(
        int interfaceId,
        long timeNs,
        PacketDirection direction,
        ReadOnlySpan<byte> head,
        ReadOnlySpan<byte> tail = default,
        ReadOnlySpan<byte> comment = default,
        int omittedBytes = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(interfaceId);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(interfaceId, _interfaces);
        ArgumentOutOfRangeException.ThrowIfNegative(timeNs);
        ArgumentOutOfRangeException.ThrowIfNegative(omittedBytes);
        int captured = head.Length + tail.Length;
        Begin(PcapngFormat.EnhancedPacket);
        Put32((uint)interfaceId);
        Put32((uint)(timeNs >> 32));
        Put32((uint)timeNs);
        Put32((uint)captured);
        Put32((uint)(captured + omittedBytes));
        Append(head);
        Append(tail);
        Pad();
        if (!comment.IsEmpty)
        {
            PutOption(PcapngFormat.Comment, comment);
        }

        if (direction != PacketDirection.Unknown)
        {
            Span<byte> flags = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(flags, (uint)direction);
            PutOption(PcapngFormat.PacketFlags, flags);
        }

        End(withOptions: !comment.IsEmpty || direction != PacketDirection.Unknown);
    }

    /// <summary>Bytes held back since <see cref="Hold"/>; 0 when nothing is held back.</summary>
    public long HeldBytes => _held?.Length ?? 0;

    /// <summary>Holds packets back from the stream, so that secrets which become known later can stand before them.</summary>
    public void Hold() => _held ??= new MemoryStream();

    /// <summary>Writes what was held back, and holds nothing back any more.</summary>
    public void Release()
    {
        MemoryStream? held = _held;
        _held = null;
        held?.WriteTo(_output);
    }

    /// <summary>Writes TLS secrets, before the packets that are held back. They serve only packets that stand after them.</summary>
    /// <param name="keyLog">Lines of an NSS key log, each with its line feed.</param>
    public void WriteTlsSecrets(ReadOnlySpan<byte> keyLog)
    {
        Begin(PcapngFormat.DecryptionSecrets);
        Put32(PcapngFormat.TlsKeyLog);
        Put32((uint)keyLog.Length);
        Append(keyLog);
        Pad();
        End(_output, withOptions: false);
    }

    /// <summary>Releases what is held back and flushes the stream.</summary>
    public void Flush()
    {
        Release();
        _output.Flush();
    }

    /// <summary>Flushes the stream, and closes it unless it was to be left open.</summary>
    public void Dispose()
    {
        Flush();
        if (!_leaveOpen)
        {
            _output.Dispose();
        }
    }

    private void Begin(uint type)
    {
        _length = 0;
        Put32(type);
        Put32(0);
    }

    private void End(bool withOptions) => End(_held ?? _output, withOptions);

    private void End(Stream output, bool withOptions)
    {
        if (withOptions)
        {
            Put16(PcapngFormat.EndOfOptions);
            Put16(0);
        }

        Put32((uint)_length + 4);
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(4), (uint)_length);
        output.Write(_block, 0, _length);
    }

    private void PutOption(ushort code, ReadOnlySpan<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, ushort.MaxValue, nameof(value));
        Put16(code);
        Put16((ushort)value.Length);
        Append(value);
        Pad();
    }

    private void Pad()
    {
        int padded = PcapngFormat.Padded(_length);
        Reserve(padded - _length).Clear();
    }

    private void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    private void Put16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Reserve(2), value);

    private void Put32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Reserve(4), value);

    private void Put64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), value);

    private Span<byte> Reserve(int count)
    {
        if (_length + count > _block.Length)
        {
            Array.Resize(ref _block, Math.Max(_block.Length * 2, _length + count));
        }

        Span<byte> place = _block.AsSpan(_length, count);
        _length += count;
        return place;
    }
}
