using System.Globalization;
using System.Text;

namespace NicEmu.Board.Sessions;

/// <summary>Asks for one resource and takes its content.</summary>
internal sealed class HttpClientRole(ContentSink sink, string host) : TransferApplication
{
    private readonly byte[] _request = Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: nicemu\r\nAccept: */*\r\nConnection: close\r\n\r\n");
    private readonly HttpHead _response = new();
    private int _sent;
    private long _expected = -1;

    public override bool IsDone => Bytes == _expected;

    public override int Produce(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _request.Length - _sent);
        _request.AsSpan(_sent, count).CopyTo(buffer);
        _sent += count;
        return count;
    }

    public override void Consume(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> body = _response.Take(bytes);
        if (_expected < 0 && _response.Lines is { Length: > 0 } lines)
        {
            bool isGood = lines[0].StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
            if (!isGood || !long.TryParse(_response.Field("Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out _expected))
            {
                _expected = -1;
                Failure ??= $"The peer answered '{lines[0]}', Content-Length '{_response.Field("Content-Length")}'.";
                return;
            }
        }

        if (_response.IsTooLong || body.Length > _expected - Bytes)
        {
            Failure ??= _response.IsTooLong ? "The peer's response has no end of its head." : "The peer sent more than it announced.";
            return;
        }

        sink.Write(body);
        Account(body);
    }

    public override void OnEnd()
    {
        if (!IsDone)
        {
            Failure ??= $"The peer closed the connection after {Bytes} of {_expected} bytes.";
        }
    }
}
