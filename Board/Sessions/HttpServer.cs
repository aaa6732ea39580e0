using System.Text;

namespace NicEmu.Board.Sessions;

/// <summary>Answers one GET with the source, whose length must be known.</summary>
internal sealed class HttpServer(Stream source) : TransferApplication
{
    private readonly HttpHead _request = new();
    private byte[]? _head;
    private int _headSent;
    private bool _isAtEnd;

    public override bool IsDone => _isAtEnd;

    public override int Produce(Span<byte> buffer)
    {
        if (_head is null || _isAtEnd)
        {
            return 0;
        }

        int head = Math.Min(buffer.Length, _head.Length - _headSent);
        _head.AsSpan(_headSent, head).CopyTo(buffer);
        _headSent += head;
        Span<byte> body = buffer[head..];
        int count = source.ReadAtLeast(body, body.Length, throwOnEndOfStream: false);
        _isAtEnd = count < body.Length;
        Account(body[..count]);
        return head + count;
    }

    public override void Consume(ReadOnlySpan<byte> bytes)
    {
        _request.Take(bytes);
        if (_head is null && _request.Lines is { Length: > 0 } lines)
        {
            // RFC 9110 §15.5.6: only GET is known here.
            bool isGet = lines[0].StartsWith("GET ", StringComparison.Ordinal);
            string text = isGet
                ? $"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {source.Length - source.Position}\r\nConnection: close\r\n\r\n"
                : "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            _head = Encoding.ASCII.GetBytes(text);
            if (!isGet)
            {
                source.Seek(0, SeekOrigin.End);
                Failure = $"The peer asked '{lines[0]}'.";
            }
        }
        else if (_request.IsTooLong)
        {
            Failure ??= "The peer's request has no end.";
        }
    }

    public override void OnEnd()
    {
        if (!_isAtEnd)
        {
            Failure ??= "The peer closed the connection before it had everything.";
        }
    }
}
