using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using NicEmu.Spec.Events;

namespace NicEmu.Traces;

/// <summary>Reads what <see cref="JsonLinesTrace"/> wrote. Damaged input gives <see cref="TraceFormatException"/> with the number of the line.</summary>
public sealed class JsonLinesReader : IDisposable
{
    /// <summary>Longest line accepted, in bytes.</summary>
    public const int MaxLineLength = 4 * 1024 * 1024;

    private readonly Stream _input;
    private readonly bool _leaveOpen;
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private int _line;

    /// <summary>Reads the header line.</summary>
    /// <param name="input">The file, from its beginning.</param>
    /// <param name="leaveOpen">Whether <see cref="Dispose"/> leaves the stream open.</param>
    /// <exception cref="TraceFormatException">The first line is no header of a known schema.</exception>
    public JsonLinesReader(Stream input, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(input);
        _input = input;
        _leaveOpen = leaveOpen;
        if (!TryReadLine(out ReadOnlySpan<byte> header))
        {
            throw new TraceFormatException(1, "The file is empty.");
        }

        ReadHeader(header);
    }

    /// <summary>Whether the secrets of key log lines were replaced by fingerprints.</summary>
    public bool SecretsRedacted { get; private set; }

    /// <summary>Reads the next event.</summary>
    /// <param name="entry">The event as an entry.</param>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="TraceFormatException">The line is damaged or cut off.</exception>
    public bool TryRead([NotNullWhen(true)] out TraceEntry? entry)
    {
        entry = null;
        if (!TryReadLine(out ReadOnlySpan<byte> line))
        {
            return false;
        }

        try
        {
            entry = ReadEvent(line);
        }
        catch (JsonException e)
        {
            throw new TraceFormatException(_line, $"Line {_line}: {e.Message}");
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

    private void ReadHeader(ReadOnlySpan<byte> line)
    {
        string? schema = null;
        try
        {
            var json = new Utf8JsonReader(line);
            Expect(ref json, JsonTokenType.StartObject);
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool isSchema = json.ValueTextEquals("schema"u8);
                bool isSecrets = json.ValueTextEquals("secrets"u8);
                Expect(ref json, JsonTokenType.String);
                schema = isSchema ? Text(ref json) : schema;
                SecretsRedacted |= isSecrets && json.ValueTextEquals("redacted"u8);
            }
        }
        catch (JsonException e)
        {
            throw new TraceFormatException(_line, $"Line {_line}: {e.Message}");
        }

        if (schema != JsonLinesTrace.Schema)
        {
            throw new TraceFormatException(_line, $"Line {_line}: the schema is \"{schema}\", not \"{JsonLinesTrace.Schema}\".");
        }
    }

    private TraceEntry ReadEvent(ReadOnlySpan<byte> line)
    {
        var e = new TraceEvent { Kind = 0 };
        byte[] data = [];
        long dataLength = 0;
        var json = new Utf8JsonReader(line);
        Expect(ref json, JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = Text(ref json);
            if (!json.Read())
            {
                break;
            }

            switch (name)
            {
                case "t": e = e with { TimePs = Integer(ref json, long.MinValue, long.MaxValue) }; break;
                case "kind": e = e with { Kind = Kind(ref json) }; break;
                case "device": e = e with { Device = (int)Integer(ref json, 0, ushort.MaxValue) }; break;
                case "address": e = e with { Address = Hex(ref json, ulong.MaxValue) }; break;
                case "value": e = e with { Value = Hex(ref json, ulong.MaxValue) }; break;
                case "length": e = e with { Length = (int)Integer(ref json, int.MinValue, int.MaxValue) }; break;
                case "code": e = e with { Code = (int)Integer(ref json, int.MinValue, int.MaxValue) }; break;
                case "index": e = e with { Index = (int)Integer(ref json, int.MinValue, int.MaxValue) }; break;
                case "flags": e = e with { Flags = (uint)Integer(ref json, 0, uint.MaxValue) }; break;
                case "handle": e = e with { Handle = Hex(ref json, ulong.MaxValue) }; break;
                case "record": e = e with { RecordNumber = Unsigned(ref json) }; break;
                case "seq": e = e with { TcpSequence = (uint)Hex(ref json, uint.MaxValue) }; break;
                case "text": e = e with { Text = Text(ref json) }; break;
                case "dataLength": dataLength = Integer(ref json, 0, int.MaxValue); break;
                case "data": data = Bytes(ref json); break;
                default: json.Skip(); break; // derived members, and those of later versions
            }
        }

        if (json.TokenType != JsonTokenType.EndObject || json.Read())
        {
            throw Error("the event is not one complete object");
        }

        if (e.Kind == 0 || data.Length > dataLength)
        {
            throw Error(e.Kind == 0 ? "the event has no kind" : "the event has more data than its length");
        }

        return new TraceEntry
        {
            Interface = $"nic{e.Device}-{TracePort.Of(e.Kind)}",
            LinkType = TracePort.Of(e.Kind) switch { TracePort.Wire => LinkTypes.Ethernet, TracePort.Host => LinkTypes.HostFrames, _ => -1 },
            TimeNs = e.TimePs / 1000,
            Direction = TracePort.DirectionOf(e),
            Data = data,
            OriginalLength = dataLength,
            Event = e,
        };
    }

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        line = default;
        int searched = 0;
        while (true)
        {
            int at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                line = _buffer.AsSpan(_start, searched + at);
                _start += searched + at + 1;
                _line++;
                return true;
            }

            searched = _end - _start;
            if (!FillMore())
            {
                return searched == 0 ? false : throw new TraceFormatException(_line + 1, $"Line {_line + 1}: the file ends within the line.");
            }
        }
    }

    private bool FillMore()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        else if (_end == _buffer.Length)
        {
            if (_end >= MaxLineLength)
            {
                throw new TraceFormatException(_line + 1, $"Line {_line + 1}: longer than {MaxLineLength} bytes.");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        int got = _input.Read(_buffer.AsSpan(_end));
        _end += got;
        return got > 0;
    }

    private void Expect(ref Utf8JsonReader json, JsonTokenType type)
    {
        if (!json.Read() || json.TokenType != type)
        {
            throw Error($"expected {type}");
        }
    }

    private TraceEventKind Kind(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Number)
        {
            return (TraceEventKind)Integer(ref json, 1, byte.MaxValue);
        }

        string name = Text(ref json);
        return Enum.TryParse(name, out TraceEventKind kind) && kind.ToString() == name ? kind : throw Error($"no event kind is called \"{name}\"");
    }

    private long Integer(ref Utf8JsonReader json, long min, long max) =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt64(out long value) && value >= min && value <= max ? value : throw Error("a number is out of range");

    private ulong Unsigned(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Number && json.TryGetUInt64(out ulong value) ? value : throw Error("a number is out of range");

    private ulong Hex(ref Utf8JsonReader json, ulong max)
    {
        string text = Text(ref json);
        return text.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value)
            && value <= max ? value : throw Error($"\"{text}\" is no hexadecimal number in range");
    }

    private byte[] Bytes(ref Utf8JsonReader json)
    {
        string text = Text(ref json);
        byte[] bytes = new byte[text.Length / 2];
        return text.Length % 2 == 0 && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done
            ? bytes
            : throw Error("the data is not hexadecimal");
    }

    private string Text(ref Utf8JsonReader json)
    {
        if (json.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            throw Error("expected a text");
        }

        try
        {
            return json.GetString() ?? string.Empty;
        }
        catch (InvalidOperationException)
        {
            throw Error("a text is not valid UTF-8"); // lone surrogates and bad bytes surface only here
        }
    }

    private TraceFormatException Error(string what) => new(_line, $"Line {_line}: {what}.");
}
