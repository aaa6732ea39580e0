using System.Buffers.Text;
using System.Text;
using NicEmu.Spec.Events;

namespace NicEmu.Traces;

/// <summary>
/// Cuts the application data of one direction into HTTP/1.x messages: head, and a body as long as Content-Length says. What is no HTTP, has a
/// chunked body or ends with the connection comes out in the pieces it went in; no message grows beyond <see cref="MaxMessage"/>.
/// </summary>
internal sealed class HttpMessages
{
    /// <summary>Longest message kept together in bytes; analysers refuse packets of more than 256 KiB.</summary>
    public const int MaxMessage = 192 * 1024;

    private const int MaxHead = 16 * 1024;

    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;
    private long _bodyLeft;

    /// <summary>The latest record added.</summary>
    public TraceEvent Last { get; private set; }

    public void Add(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        Last = e;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end + data.Length > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _end + data.Length));
        }

        data.CopyTo(_buffer.AsSpan(_end));
        _end += data.Length;
    }

    /// <summary>Takes the next message, valid until the next <see cref="Add"/>.</summary>
    public bool TryTake(out ReadOnlyMemory<byte> message)
    {
        int length = NextLength(_buffer.AsSpan(_start, _end - _start));
        message = _buffer.AsMemory(_start, length);
        _start += length;
        return length > 0;
    }

    /// <summary>Takes an unfinished message.</summary>
    public bool TakeRest(out ReadOnlyMemory<byte> rest)
    {
        rest = _buffer.AsMemory(_start, _end - _start);
        _start = _end;
        return rest.Length > 0;
    }

    private int NextLength(ReadOnlySpan<byte> bytes)
    {
        if (_bodyLeft > 0)
        {
            return TakeBody(bytes.Length, 0);
        }

        int head = bytes.IndexOf("\r\n\r\n"u8) + 4;
        if (head < 4)
        {
            return LooksLikeHttp(bytes) && bytes.Length < MaxHead ? 0 : bytes.Length;
        }

        if (!LooksLikeHttp(bytes))
        {
            return bytes.Length;
        }

        long body = ContentLength(bytes[..head]);
        if (body < 0)
        {
            return bytes.Length;
        }

        _bodyLeft = body;
        return TakeBody(bytes.Length - head, head);
    }

    private int TakeBody(int available, int head)
    {
        if (available < _bodyLeft && head + available < MaxMessage)
        {
            if (head > 0)
            {
                _bodyLeft = 0; // the head is read again with the next record
            }

            return 0;
        }

        int length = (int)Math.Min(_bodyLeft, available);
        _bodyLeft -= length;
        return head + length;
    }

    private static bool LooksLikeHttp(ReadOnlySpan<byte> bytes) =>
        !bytes.IsEmpty && (bytes[0] is >= (byte)'A' and <= (byte)'Z');

    /// <summary>0 without the header, -1 when the body's end cannot be told from the head.</summary>
    private static long ContentLength(ReadOnlySpan<byte> head)
    {
        long length = 0;
        bool given = false;
        foreach (Range range in head.Split("\r\n"u8))
        {
            ReadOnlySpan<byte> line = head[range];
            int colon = line.IndexOf((byte)':');
            if (colon < 0)
            {
                continue;
            }

            ReadOnlySpan<byte> name = line[..colon];
            if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
            {
                return -1;
            }

            if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
            {
                ReadOnlySpan<byte> value = line[(colon + 1)..].Trim(" \t"u8);
                if (!Utf8Parser.TryParse(value, out length, out int used) || used != value.Length || length < 0)
                {
                    return -1;
                }

                given = true;
            }
        }

        bool response = head.StartsWith("HTTP/"u8);
        return given || !response ? length : -1;
    }
}
