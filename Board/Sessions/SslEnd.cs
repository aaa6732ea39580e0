using System.Net.Security;
using System.Security.Authentication;
using NicEmu.Board.Peers;
using NicEmu.Net;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Sessions;

/// <summary>An end without a card whose TLS is the platform's.</summary>
internal sealed class SslEnd(IScheduler scheduler, HostEndpoint host, TlsPeerOptions options, TransferApplication application) : ITransferEnd
{
    private Task? _conversation;
    private string? _failure;

    public bool IsReady => true;

    public bool IsFinished => _conversation is { IsCompleted: true };

    public string? Failure => _failure ?? application.Failure ?? _conversation?.Exception?.InnerException?.ToString();

    public void Start()
    {
    }

    public void Listen(ushort port)
    {
        TcpListener listener = host.Stack.Listen(port);
        listener.ConnectionReady = _ =>
        {
            if (_conversation is null && listener.TryAccept(out TcpConnection? connection))
            {
                _conversation = Converse(Transport(connection), isServer: true);
            }
        };
    }

    public void Connect(IpAddress address, ushort port)
    {
        TcpConnection connection = host.Stack.Connect(address, port);
        host.Kick();
        _conversation = Converse(Transport(connection), isServer: false);
    }

    private LoopStream Transport(TcpConnection connection) => new(connection, scheduler, host.Kick, "peer.stream");

    private async Task Converse(LoopStream transport, bool isServer)
    {
        try
        {
            SslStream stream = isServer
                ? await SslPeer.AcceptAsync(transport, options).ConfigureAwait(false)
                : await SslPeer.ConnectAsync(transport, options).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                await Exchange(stream).ConfigureAwait(false);
                await stream.ShutdownAsync().ConfigureAwait(false);
            }
        }
        catch (AuthenticationException e)
        {
            _failure = $"The peer's handshake failed: {e.Message} {e.InnerException?.Message}";
        }
        catch (IOException e)
        {
            _failure = $"The peer's connection failed: {e.Message} {e.InnerException?.Message}";
        }
    }

    private async Task Exchange(SslStream stream)
    {
        byte[] buffer = new byte[65536];
        while (application.Failure is null)
        {
            int count = application.Produce(buffer);
            if (count > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, count)).ConfigureAwait(false);
                continue;
            }

            if (application.IsDone)
            {
                return;
            }

            count = await stream.ReadAsync(buffer).ConfigureAwait(false);
            if (count > 0)
            {
                application.Consume(buffer.AsSpan(0, count));
            }
            else
            {
                application.OnEnd();
            }
        }
    }
}
