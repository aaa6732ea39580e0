using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NicEmu.Board.Sessions;

/// <summary>Posts the source, whose length must be known, and takes the response, which brings it back.</summary>
internal sealed class HttpExchangeClient(Stream source, ContentSink sink, string host) : TransferApplication
{
    private readonly byte[] _head = Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"POST /echo HTTP/1.1\r\nHost: {host}\r\nUser-Agent: nicemu\r\nContent-Type: text/plain\r\nContent-Length: {source.Length - source.Position}\r\nConnection: close\r\n\r\n"));

    private readonly IncrementalHash _posted = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly HttpHead _response = new();
    private readonly long _length = source.Length - source.Position;
    private int _headSent;

    /// <summary>SHA-256 of what was posted, in hexadecimal.</summary>
    public string PostedSha256 => Convert.ToHexStringLower(_posted.GetCurrentHash());

    public override bool IsDone => Bytes == _length && _response.Lines is not null;

    public override int Produce(Span<byte> buffer)
    {
        int head = Math.Min(buffer.Length, _head.Length - _headSent);
        _head.AsSpan(_headSent, head).CopyTo(buffer);
        _headSent += head;
        Span<byte> body = buffer[head..];
        int count = source.ReadAtLeast(body, body.Length, throwOnEndOfStream: false);
        _posted.AppendData(body[..count]);
        return head + count;
    }

    public override void Consume(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> body = _response.Take(bytes);
        if (_response.Lines is { Length: > 0 } lines && !lines[0].StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
        {
            Failure ??= $"The peer answered '{lines[0]}'.";
            return;
        }

        if (_response.IsTooLong || body.Length > _length - Bytes)
        {
            Failure ??= _response.IsTooLong ? "The peer's response has no end of its head." : "The peer sent more than it was sent.";
            return;
        }

        sink.Write(body);
        Account(body);
    }

    public override void OnEnd()
    {
        if (!IsDone)
        {
            Failure ??= $"The peer closed the connection after {Bytes} of {_length} bytes.";
        }
    }
}
