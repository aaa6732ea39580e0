using System.Net.Security;
using NicEmu.Board.Peers;
using NicEmu.Driver.Handshake;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Handshake;

/// <summary>Handshake and record layer against the platform's TLS, which is OpenSSL.</summary>
[TestFixture]
public sealed class SslStreamTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Test, Combinatorial]
    public async Task Client_AgainstSslStream_DataBothWays([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        using var pipe = new BytePipe();
        TlsHandshake client = TlsHandshake.StartClient(new() { Version = version, Cipher = cipher, Seed = 11 });
        Task<SslStream> accepting = SslPeer.AcceptAsync(pipe, new TlsPeerOptions { Version = version, Cipher = cipher });

        await Converse(client, pipe, accepting);

        using SslStream server = await accepting.WaitAsync(Limit);
        await Exchange(client.Result!, pipe, server);
    }

    [Test, Combinatorial]
    public async Task Server_AgainstSslStream_DataBothWays([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        using var pipe = new BytePipe();
        TlsHandshake server = TlsHandshake.StartServer(new() { Version = version, Cipher = cipher, Seed = 12, Identity = ServerIdentity.Create(4) });
        Task<SslStream> connecting = SslPeer.ConnectAsync(pipe, new TlsPeerOptions { Version = version, Cipher = cipher });

        await Converse(server, pipe, connecting);

        using SslStream client = await connecting.WaitAsync(Limit);
        await Exchange(server.Result!, pipe, client);
    }

    private static async Task Converse(TlsHandshake ours, BytePipe pipe, Task theirs)
    {
        byte[] input = [];
        while (ours.State == HandshakeState.Running || !theirs.IsCompleted || ours.OutputAvailable > 0)
        {
            var output = new byte[ours.OutputAvailable];
            ours.TakeOutput(output);
            if (output.Length > 0) pipe.Give(output);
            bool theirsIsOver = theirs.IsCompleted;
            byte[] taken = pipe.Take();
            input = [.. input, .. taken];
            while (ours.BytesWanted > 0 && input.Length > 0)
            {
                int count = Math.Min(ours.BytesWanted, input.Length);
                ours.Input(input.AsSpan(0, count));
                input = input[count..];
            }

            if (theirsIsOver && taken.Length == 0 && ours.OutputAvailable == 0)
            {
                break; // nothing more will come
            }

            if (ours.OutputAvailable == 0 && !theirs.IsCompleted)
            {
                // The platform may finish a step on another thread.
                await Task.WhenAny(pipe.Written, theirs).WaitAsync(Limit);
            }
        }

        Assert.That(ours.State, Is.EqualTo(HandshakeState.Complete), ours.Failure);
        Assert.That(input, Is.Empty);
    }

    private static async Task Exchange(HandshakeResult keys, BytePipe pipe, SslStream peer)
    {
        var stream = new Ktls.FakeStream(0, 1 << 20);
        using var tx = new KtlsTxSession(keys.Tx, stream, 0, new());
        byte[] sent = KtlsFixture.Pattern(40_000, 1);
        tx.Send(TlsContentType.ApplicationData, sent, 16384);
        pipe.Give(stream.Bytes);
        var received = new byte[sent.Length];
        await peer.ReadExactlyAsync(received).AsTask().WaitAsync(Limit);
        Assert.That(received, Is.EqualTo(sent));

        byte[] answer = KtlsFixture.Pattern(30_000, 2);
        await peer.WriteAsync(answer).AsTask().WaitAsync(Limit);
        byte[] wire = pipe.Take();
        using var rx = new KtlsRxSession(keys.Rx, 0, new(), null);
        var content = new List<byte>();
        for (int at = 0; at < wire.Length && rx.Error == KtlsError.None;)
        {
            // OpenSSL sends session tickets under the application key (RFC 8446 §4.6.1); they take numbers, but are no data.
            at += rx.Input(wire.AsSpan(at), false, (type, bytes) => content.AddRange(type == TlsContentType.ApplicationData ? bytes : default));
        }

        Assert.That(rx.Error, Is.EqualTo(KtlsError.None));
        Assert.That(content, Is.EqualTo(answer));
    }
}
