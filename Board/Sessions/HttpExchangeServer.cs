using System.Buffers;
using System.Globalization;
using System.Text;

namespace NicEmu.Board.Sessions;

/// <summary>Answers one POST with its own content, when all of it has arrived.</summary>
internal sealed class HttpExchangeServer : TransferApplication
{
    /// <summary>Longest content that is kept for the answer.</summary>
    private const int LongestContent = 64 << 20;

    private readonly HttpHead _request = new();
    private readonly ArrayBufferWriter<byte> _content = new();
    private long _expected = -1;
    private byte[]? _head;
    private int _headSent;
    private int _contentSent;

    public override bool IsDone => _head is not null && _headSent == _head.Length && _contentSent == _content.WrittenCount;

    public override int Produce(Span<byte> buffer)
    {
        if (_head is null)
        {
            return 0;
        }

        int head = Math.Min(buffer.Length, _head.Length - _headSent);
        _head.AsSpan(_headSent, head).CopyTo(buffer);
        _headSent += head;
        int body = Math.Min(buffer.Length - head, _content.WrittenCount - _contentSent);
        _content.WrittenSpan.Slice(_contentSent, body).CopyTo(buffer[head..]);
        _contentSent += body;
        return head + body;
    }

    public override void Consume(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> body = _request.Take(bytes);
        if (_expected < 0 && _request.Lines is { Length: > 0 } lines)
        {
            bool isKnown = lines[0].StartsWith("POST ", StringComparison.Ordinal) && long.TryParse(_request.Field("Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out _expected);
            if (!isKnown || _expected > LongestContent)
            {
                Failure ??= $"The peer asked '{lines[0]}', Content-Length '{_request.Field("Content-Length")}'.";
                return;
            }
        }

        if (_request.IsTooLong || (_expected >= 0 && body.Length > _expected - Bytes))
        {
            Failure ??= "The peer's request is longer than it announced.";
            return;
        }

        _content.Write(body);
        Account(body);
        if (Bytes == _expected && _head is null)
        {
            _head = Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {Bytes}\r\nConnection: close\r\n\r\n"));
        }
    }

    public override void OnEnd()
    {
        if (!IsDone)
        {
            Failure ??= $"The peer closed the connection after {Bytes} of {_expected} bytes.";
        }
    }
}
