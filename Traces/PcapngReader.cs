using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace NicEmu.Traces;

/// <summary>
/// Reads a pcapng file of either byte order, several sections included. Whatever the file holds, the only exceptions are
/// <see cref="TraceFormatException"/> and those of the stream; memory use is bounded by <see cref="MaxBlockLength"/> and the file's length.
/// </summary>
public sealed class PcapngReader : IDisposable
{
    /// <summary>Longest block accepted, in bytes.</summary>
    public const int MaxBlockLength = 16 * 1024 * 1024;

    private const int ReadStep = 64 * 1024;

    private readonly Stream _input;
    private readonly bool _leaveOpen;
    private readonly List<PcapngInterface> _interfaces = [];
    private readonly List<PcapngSecrets> _secrets = [];
    private byte[] _block = new byte[ReadStep];
    private long _offset;
    private long _blockOffset;
    private bool _bigEndian;
    private bool _inSection;

    /// <summary>Starts reading; the section header is read with the first packet.</summary>
    /// <param name="input">The file, from its beginning; need not be seekable.</param>
    /// <param name="leaveOpen">Whether <see cref="Dispose"/> leaves the stream open.</param>
    public PcapngReader(Stream input, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(input);
        _input = input;
        _leaveOpen = leaveOpen;
    }

    /// <summary>The application that wrote the section, once its header has been read; null when not given.</summary>
    public string? UserApplication { get; private set; }

    /// <summary>The interfaces of the section met so far.</summary>
    public IReadOnlyList<PcapngInterface> Interfaces => _interfaces;

    /// <summary>The secrets met so far, in all sections.</summary>
    public IReadOnlyList<PcapngSecrets> Secrets => _secrets;

    /// <summary>Reads up to the next packet.</summary>
    /// <param name="packet">The packet.</param>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="TraceFormatException">The file is damaged or ends within a block.</exception>
    public bool TryRead([NotNullWhen(true)] out PcapngPacket? packet)
    {
        packet = null;
        while (packet is null)
        {
            if (!TryReadBlock(out uint type, out ReadOnlySpan<byte> body))
            {
                if (!_inSection)
                {
                    throw Error("the file is empty");
                }

                return false;
            }

            switch (type)
            {
                case PcapngFormat.SectionHeader:
                    ReadSection(body);
                    break;
                case PcapngFormat.InterfaceDescription:
                    ReadInterface(body);
                    break;
                case PcapngFormat.EnhancedPacket:
                    packet = ReadEnhanced(body);
                    break;
                case PcapngFormat.SimplePacket:
                    packet = ReadSimple(body);
                    break;
                case PcapngFormat.ObsoletePacket:
                    packet = ReadObsolete(body);
                    break;
                case PcapngFormat.DecryptionSecrets:
                    ReadSecrets(body);
                    break;
                default:
                    break; // name resolution, statistics, custom and unknown blocks carry no packet
            }
        }

        return true;
    }

    /// <summary>Closes the stream unless it was to be left open.</summary>
    public void Dispose()
    {
        if (!_leaveOpen)
        {
            _input.Dispose();
        }
    }

    private bool TryReadBlock(out uint type, out ReadOnlySpan<byte> body)
    {
        type = 0;
        body = default;
        _blockOffset = _offset;
        int got = Fill(0, 8);
        if (got == 0)
        {
            return false;
        }

        if (got < 8)
        {
            throw Error("the file ends within a block header");
        }

        type = BinaryPrimitives.ReadUInt32LittleEndian(_block);
        int have = 8;
        if (type == PcapngFormat.SectionHeader)
        {
            // The byte order of everything after the type is known only from the magic that follows the length.
            have += Require(8, 4);
            _bigEndian = BinaryPrimitives.ReadUInt32BigEndian(_block.AsSpan(8)) == PcapngFormat.ByteOrderMagic;
            if (!_bigEndian && BinaryPrimitives.ReadUInt32LittleEndian(_block.AsSpan(8)) != PcapngFormat.ByteOrderMagic)
            {
                throw Error("the section header has no valid byte order magic");
            }
        }
        else if (!_inSection)
        {
            throw Error($"the file does not begin with a section header (0x{type:X8})");
        }
        else
        {
            type = U32(_block);
        }

        uint length = U32(_block.AsSpan(4));
        if (length < have + 4 || length % 4 != 0 || length > MaxBlockLength)
        {
            throw Error($"block length {length} is not possible");
        }

        while (have < length)
        {
            have += Require(have, Math.Min((int)length - have, ReadStep));
        }

        if (U32(_block.AsSpan((int)length - 4)) != length)
        {
            throw Error($"the block's two lengths differ ({length} and {U32(_block.AsSpan((int)length - 4))})");
        }

        body = _block.AsSpan(8, (int)length - PcapngFormat.BlockOverhead);
        return true;
    }

    private int Require(int at, int count)
    {
        int got = Fill(at, count);
        return got == count ? got : throw Error("the file ends within a block");
    }

    private int Fill(int at, int count)
    {
        if (at + count > _block.Length)
        {
            Array.Resize(ref _block, Math.Max(_block.Length * 2, at + count));
        }

        int got = _input.ReadAtLeast(_block.AsSpan(at, count), count, throwOnEndOfStream: false);
        _offset += got;
        return got;
    }

    private void ReadSection(ReadOnlySpan<byte> body)
    {
        if (body.Length < 16)
        {
            throw Error("the section header is too short");
        }

        if (U16(body[4..]) != 1)
        {
            throw Error($"pcapng version {U16(body[4..])}.{U16(body[6..])} is not known");
        }

        _inSection = true;
        _interfaces.Clear();
        UserApplication = null;
        ReadOnlySpan<byte> options = body[16..];
        while (NextOption(ref options, out ushort code, out ReadOnlySpan<byte> value))
        {
            if (code == PcapngFormat.UserApplication)
            {
                UserApplication = Encoding.UTF8.GetString(value);
            }
        }
    }

    private void ReadInterface(ReadOnlySpan<byte> body)
    {
        if (body.Length < 8)
        {
            throw Error("the interface description is too short");
        }

        string name = string.Empty;
        byte resolution = 6;
        long offsetSeconds = 0;
        ReadOnlySpan<byte> options = body[8..];
        while (NextOption(ref options, out ushort code, out ReadOnlySpan<byte> value))
        {
            switch (code)
            {
                case PcapngFormat.InterfaceName:
                    name = Encoding.UTF8.GetString(value);
                    break;
                case PcapngFormat.TimestampResolution when value.Length == 1:
                    resolution = value[0];
                    break;
                case PcapngFormat.TimestampOffset when value.Length == 8:
                    offsetSeconds = _bigEndian ? BinaryPrimitives.ReadInt64BigEndian(value) : BinaryPrimitives.ReadInt64LittleEndian(value);
                    break;
                case PcapngFormat.TimestampResolution or PcapngFormat.TimestampOffset:
                    throw Error($"interface option {code} has the length {value.Length}");
                default:
                    break;
            }
        }

        _interfaces.Add(new PcapngInterface(name, U16(body), resolution, offsetSeconds));
    }

    private PcapngPacket ReadEnhanced(ReadOnlySpan<byte> body)
    {
        if (body.Length < 20)
        {
            throw Error("the packet block is too short");
        }

        return ReadPacket(U32(body), body[4..]);
    }

    private PcapngPacket ReadObsolete(ReadOnlySpan<byte> body)
    {
        if (body.Length < 20)
        {
            throw Error("the packet block is too short");
        }

        return ReadPacket(U16(body), body[4..]);
    }

    private PcapngPacket ReadPacket(uint interfaceId, ReadOnlySpan<byte> body)
    {
        PcapngInterface source = InterfaceOf(interfaceId);
        ulong ticks = ((ulong)U32(body) << 32) | U32(body[4..]);
        uint captured = U32(body[8..]);
        uint original = U32(body[12..]);
        ReadOnlySpan<byte> rest = body[16..];
        if (captured > rest.Length)
        {
            throw Error($"the packet's length {captured} does not fit its block");
        }

        if (!source.TryToNanoseconds(ticks, out long timeNs))
        {
            throw Error($"the packet's time {ticks} cannot be expressed in nanoseconds");
        }

        ReadOnlySpan<byte> options = rest[Math.Min(PcapngFormat.Padded((int)captured), rest.Length)..];
        var direction = PacketDirection.Unknown;
        string? comment = null;
        while (NextOption(ref options, out ushort code, out ReadOnlySpan<byte> value))
        {
            if (code == PcapngFormat.Comment)
            {
                string text = Encoding.UTF8.GetString(value);
                comment = comment is null ? text : comment + "\n" + text;
            }
            else if (code == PcapngFormat.PacketFlags && value.Length == 4)
            {
                uint bits = U32(value) & 3;
                direction = bits == 3 ? PacketDirection.Unknown : (PacketDirection)bits;
            }
        }

        return new PcapngPacket(source, timeNs, direction, comment, rest[..(int)captured].ToArray(), original, _blockOffset);
    }

    private PcapngPacket ReadSimple(ReadOnlySpan<byte> body)
    {
        if (body.Length < 4)
        {
            throw Error("the simple packet block is too short");
        }

        uint original = U32(body);
        int captured = (int)Math.Min(original, (uint)(body.Length - 4));
        return new PcapngPacket(InterfaceOf(0), 0, PacketDirection.Unknown, null, body.Slice(4, captured).ToArray(), original, _blockOffset);
    }

    private void ReadSecrets(ReadOnlySpan<byte> body)
    {
        if (body.Length < 8 || U32(body[4..]) > body.Length - 8)
        {
            throw Error("the secrets do not fit their block");
        }

        _secrets.Add(new PcapngSecrets(U32(body), body.Slice(8, (int)U32(body[4..])).ToArray(), _blockOffset));
    }

    private PcapngInterface InterfaceOf(uint id) => id < _interfaces.Count
        ? _interfaces[(int)id]
        : throw Error($"a packet names interface {id}, the section has {_interfaces.Count}");

    private bool NextOption(ref ReadOnlySpan<byte> options, out ushort code, out ReadOnlySpan<byte> value)
    {
        code = PcapngFormat.EndOfOptions;
        value = default;
        if (options.Length < 4)
        {
            return options.IsEmpty ? false : throw Error("the block's options are cut off");
        }

        code = U16(options);
        int length = U16(options[2..]);
        if (code == PcapngFormat.EndOfOptions)
        {
            return false;
        }

        if (PcapngFormat.Padded(length) > options.Length - 4)
        {
            throw Error($"option {code} does not fit its block");
        }

        value = options.Slice(4, length);
        options = options[(4 + PcapngFormat.Padded(length))..];
        return true;
    }

    private ushort U16(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private uint U32(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private TraceFormatException Error(string what) => new(_blockOffset, $"pcapng block at offset {_blockOffset}: {what}.");
}
