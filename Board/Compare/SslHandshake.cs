using System.Net.Security;
using System.Security.Authentication;
using NicEmu.Board.Peers;
using NicEmu.Driver.Paths;

namespace NicEmu.Board.Compare;

/// <summary>
/// The platform's <see cref="SslStream"/>, on Linux OpenSSL, as the TLS library of a server's program. It draws its own randomness, so its records are others in every run. After the
/// handshake it seals into memory, and the program writes what comes out.
/// </summary>
internal sealed class SslHandshake : IServedHandshake, IRecordLibrary, IDisposable
{
    private readonly SocketStream _transport;
    private readonly Task _conversation;
    private SslStream? _stream;
    private byte[] _output = [];

    public SslHandshake(SocketStream transport, TlsPeerOptions options)
    {
        _transport = transport;
        _conversation = Accept(options);
    }

    public bool IsEnded => _conversation.IsCompleted;

    public string? Failure { get; private set; }

    public int MostOverhead => 512;

    public ReadOnlySpan<byte> Seal(ReadOnlySpan<byte> content)
    {
        Require(_stream!.WriteAsync(content.ToArray()).AsTask());
        return Output();
    }

    public ReadOnlySpan<byte> Close()
    {
        Require(_stream!.ShutdownAsync());
        return Output();
    }

    public void Dispose() => _stream?.Dispose();

    /// <summary>What the library writes into memory is there at once; else it would wait for the network, which it does not know any more.</summary>
    private static void Require(Task done)
    {
        if (!done.IsCompletedSuccessfully) throw new InvalidOperationException("The library did not seal at once.", done.Exception);
    }

    private ReadOnlySpan<byte> Output() => _output = _transport.TakeCaptured();

    private async Task Accept(TlsPeerOptions options)
    {
        try
        {
            _stream = await SslPeer.AcceptAsync(_transport, options).ConfigureAwait(false);
            _transport.Capture();
        }
        catch (AuthenticationException e)
        {
            Failure = $"The library's handshake failed: {e.Message}";
        }
        catch (IOException e)
        {
            Failure = $"The library's connection failed: {e.Message}";
        }
    }
}
