using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using NicEmu.Spec.Events;

namespace NicEmu.Traces;

/// <summary>
/// Writes the event stream as JSON lines: a header line with the schema, then one object for each event. Members that are zero are left out.
/// Addresses, values, handles and TCP sequence numbers are hexadecimal strings, so that no reader rounds them.
/// </summary>
public sealed class JsonLinesTrace : ITraceSink, IDisposable
{
    /// <summary>Name and version of the format, in the header line.</summary>
    public const string Schema = "nicemu-trace-1";

    private static readonly byte[] LineFeed = [(byte)'\n'];

    private readonly Stream _output;
    private readonly JsonLinesOptions _options;
    private readonly RegisterNames _names;
    private readonly bool _leaveOpen;
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _json;
    private readonly StringBuilder _text = new();

    /// <summary>Starts the file.</summary>
    /// <param name="output">Receives UTF-8 text.</param>
    /// <param name="names">Names of the registers.</param>
    /// <param name="options">What to write; null for the defaults.</param>
    /// <param name="leaveOpen">Whether <see cref="Dispose"/> leaves the stream open.</param>
    public JsonLinesTrace(Stream output, RegisterNames names, JsonLinesOptions? options = null, bool leaveOpen = false)
    {
        _output = output;
        _names = names;
        _options = options ?? new JsonLinesOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(_options.DataLimit, nameof(options));
        _leaveOpen = leaveOpen;
        _json = new Utf8JsonWriter(_buffer);
        _json.WriteStartObject();
        _json.WriteString("schema"u8, Schema);
        _json.WriteString("product"u8, Product.Name);
        _json.WriteString("secrets"u8, _options.EmbedSecrets ? "embedded" : "redacted");
        EndLine();
    }

    /// <inheritdoc/>
    public void On(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        bool isAccess = e.Kind is TraceEventKind.MmioRead or TraceEventKind.MmioWrite;
        bool isSecret = isAccess && _names.IsSecret(e.Index, e.Address, e.Length);
        _json.WriteStartObject();
        _json.WriteNumber("t"u8, e.TimePs);
        WriteKind(e.Kind);
        _json.WriteNumber("device"u8, e.Device);
        Hex("address"u8, e.Address);
        Hex("value"u8, isSecret ? 0 : e.Value);
        Number("length"u8, e.Length);
        Number("code"u8, e.Code);
        Number("index"u8, e.Index);
        Number("flags"u8, e.Flags);
        Hex("handle"u8, e.Handle);
        if (e.RecordNumber != 0)
        {
            _json.WriteNumber("record"u8, e.RecordNumber);
        }

        Hex("seq"u8, e.TcpSequence);
        if (e.Text is not null)
        {
            _json.WriteString("text"u8, e.Kind == TraceEventKind.KeyLog && !_options.EmbedSecrets ? Redaction.KeyLogLine(e.Text) : e.Text);
        }

        if (isAccess)
        {
            WriteRegister(e, isSecret);
        }

        if (!data.IsEmpty)
        {
            _json.WriteNumber("dataLength"u8, data.Length);
            WriteData(data[..Math.Min(data.Length, _options.DataLimit)]);
        }

        EndLine();
    }

    /// <summary>Brings everything written so far to the stream.</summary>
    public void Flush() => _output.Flush();

    /// <summary>Flushes the stream, and closes it unless it was to be left open.</summary>
    public void Dispose()
    {
        _json.Dispose();
        _output.Flush();
        if (!_leaveOpen)
        {
            _output.Dispose();
        }
    }

    private void WriteKind(TraceEventKind kind)
    {
        if (Enum.IsDefined(kind))
        {
            _json.WriteString("kind"u8, kind.ToString());
        }
        else
        {
            _json.WriteNumber("kind"u8, (byte)kind);
        }
    }

    private void WriteRegister(in TraceEvent e, bool isSecret)
    {
        _text.Clear();
        _names.AppendName(_text, e.Index, e.Address, e.Length);
        _json.WriteString("register"u8, _text.ToString());
        _text.Clear();
        _names.AppendFields(_text, e.Index, e.Address, e.Length, isSecret ? 0 : e.Value);
        if (_text.Length > 1)
        {
            _json.WriteString("fields"u8, _text.ToString(1, _text.Length - 1));
        }
    }

    private void WriteData(ReadOnlySpan<byte> data)
    {
        byte[] hex = ArrayPool<byte>.Shared.Rent(data.Length * 2);
        Convert.TryToHexStringLower(data, hex, out int length);
        _json.WriteString("data"u8, hex.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(hex);
    }

    private void Hex(ReadOnlySpan<byte> name, ulong value)
    {
        if (value != 0)
        {
            Span<char> text = stackalloc char[18];
            text.TryWrite(CultureInfo.InvariantCulture, $"0x{value:x}", out int length);
            _json.WriteString(name, text[..length]);
        }
    }

    private void Number(ReadOnlySpan<byte> name, long value)
    {
        if (value != 0)
        {
            _json.WriteNumber(name, value);
        }
    }

    private void EndLine()
    {
        _json.WriteEndObject();
        _json.Flush();
        _buffer.Write(LineFeed);
        _output.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
        _json.Reset();
    }
}
