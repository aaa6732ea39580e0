using NicEmu.Driver.Handshake;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Handshake;

/// <summary>Our two ends against each other, in memory.</summary>
[TestFixture]
public sealed class TlsHandshakeTests
{
    private static readonly ServerIdentity Identity = ServerIdentity.Create(1);

    [Test, Combinatorial]
    public void Handshake_AnyVersionAndCipher_KeysAgree([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        (HandshakeResult client, HandshakeResult server, _) = Run(version, cipher, 5, null, null);

        Assert.That((client.Version, client.Cipher), Is.EqualTo((version, cipher)));
        Assert.That(client.Tx.Key.ToArray(), Is.EqualTo(server.Rx.Key.ToArray()));
        Assert.That(client.Tx.Iv.ToArray(), Is.EqualTo(server.Rx.Iv.ToArray()));
        Assert.That(client.Rx.Key.ToArray(), Is.EqualTo(server.Tx.Key.ToArray()));
        Assert.That(client.Rx.Iv.ToArray(), Is.EqualTo(server.Tx.Iv.ToArray()));
        Assert.That(client.Tx.Key.ToArray(), Is.Not.EqualTo(client.Rx.Key.ToArray()));
        ulong first = version == TlsVersion.Tls12 ? 1UL : 0UL;
        Assert.That(client.Tx.RecordSequence, Is.EqualTo(first), "TLS 1.2: Finished was record 0");
        Assert.That(server.Tx.RecordSequence, Is.EqualTo(first));
    }

    [TestCase(TlsVersion.Tls12)]
    [TestCase(TlsVersion.Tls13)]
    public void Handshake_SameSeeds_SameBytes(TlsVersion version)
    {
        var logs = new List<string>[] { [], [] };
        byte[] first = Run(version, TlsCipher.Aes128Gcm, 7, logs[0].Add, null).Wire;
        byte[] second = Run(version, TlsCipher.Aes128Gcm, 7, logs[1].Add, null).Wire;
        byte[] other = Run(version, TlsCipher.Aes128Gcm, 8, null, null).Wire;

        Assert.That(second, Is.EqualTo(first));
        Assert.That(logs[1], Is.EqualTo(logs[0]));
        Assert.That(other, Is.Not.EqualTo(first));
    }

    [TestCase(TlsVersion.Tls12, new[] { "CLIENT_RANDOM" })]
    [TestCase(TlsVersion.Tls13, new[] { "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0" })]
    public void KeyLog_BothEnds_SameLinesOfNssFormat(TlsVersion version, string[] labels)
    {
        var client = new List<string>();
        var server = new List<string>();

        Run(version, TlsCipher.Aes256Gcm, 3, client.Add, server.Add);

        Assert.That(server, Is.EqualTo(client));
        Assert.That(client.ConvertAll(line => line.Split(' ')[0]), Is.EqualTo(labels));
        // TLS 1.3 with SHA-384: 48 bytes; the TLS 1.2 master secret has 48 as well (RFC 5246 §8.1).
        Assert.That(client, Has.All.Match("^[A-Z_0-9]+ [0-9a-f]{64} [0-9a-f]{96}$"));
    }

    [Test]
    public void KeyLog_Server_HandshakeSecretsBeforeItsFlight()
    {
        var log = new List<string>();
        TlsHandshake client = TlsHandshake.StartClient(new() { Version = TlsVersion.Tls13, Seed = 1 });
        TlsHandshake server = TlsHandshake.StartServer(new() { Version = TlsVersion.Tls13, Seed = 2, Identity = Identity, KeyLog = log.Add });

        Move(client, server, []);

        Assert.That(log, Has.Count.EqualTo(2), "before a byte under these keys was taken from the server");
        Assert.That(server.OutputAvailable, Is.GreaterThan(0));
    }

    [TestCase(TlsVersion.Tls12)]
    [TestCase(TlsVersion.Tls13)]
    public void Handshake_DataRightBehind_StaysOutside(TlsVersion version)
    {
        TlsHandshake client = TlsHandshake.StartClient(new() { Version = version, Seed = 1 });
        TlsHandshake server = TlsHandshake.StartServer(new() { Version = version, Seed = 2, Identity = Identity });
        var wire = new List<byte>();
        while (client.State == HandshakeState.Running)
        {
            Move(client, server, wire);
            if (client.State == HandshakeState.Running) Move(server, client, wire);
        }

        // The client is first in TLS 1.3: its last flight and application data come in one piece.
        byte[] flight = Take(client);
        byte[] data = KtlsFixture.Seal(client.Result!.Tx, TlsContentType.ApplicationData, client.Result.Tx.RecordSequence, [7, 7, 7]);
        byte[] stream = [.. flight, .. data];
        int at = 0;
        while (server.BytesWanted > 0)
        {
            int count = Math.Min(server.BytesWanted, stream.Length - at);
            server.Input(stream.AsSpan(at, count));
            at += count;
        }

        Assert.That(server.State, Is.EqualTo(HandshakeState.Complete));
        Assert.That(stream[at..], Is.EqualTo(data), "not a byte too many was taken");
        using var session = new KtlsRxSession(server.Result!.Rx, 0, new(), null);
        byte[] content = [];
        session.Input(stream.AsSpan(at), false, (_, bytes) => content = bytes.ToArray());
        Assert.That(session.Error, Is.EqualTo(KtlsError.None));
        Assert.That(content, Is.EqualTo(new byte[] { 7, 7, 7 }));
    }

    [Test]
    public void Handshake_NoCommonVersion_BothFail()
    {
        TlsHandshake client = TlsHandshake.StartClient(new() { Version = TlsVersion.Tls12, Seed = 1 });
        TlsHandshake server = TlsHandshake.StartServer(new() { Version = TlsVersion.Tls13, Seed = 2, Identity = Identity });

        Move(client, server, []);
        Move(server, client, []);

        Assert.That(server.State, Is.EqualTo(HandshakeState.Failed));
        Assert.That(client.State, Is.EqualTo(HandshakeState.Failed));
        Assert.That(client.Result, Is.Null);
    }

    [Test]
    public void Input_RecordTooLong_Fails()
    {
        TlsHandshake server = TlsHandshake.StartServer(new() { Identity = Identity });

        server.Input([22, 3, 1, 0x48, 0x01]);

        Assert.That(server.State, Is.EqualTo(HandshakeState.Failed));
    }

    [Test]
    public void Input_Garbage_FailsWithAlert()
    {
        TlsHandshake server = TlsHandshake.StartServer(new() { Identity = Identity });

        server.Input([22, 3, 1, 0, 4]);
        server.Input([0xFF, 0xFF, 0xFF, 0xFF]);

        Assert.That(server.State, Is.EqualTo(HandshakeState.Failed));
    }

    [Test]
    public void StartServer_NoIdentity_Throws() => Assert.That(() => TlsHandshake.StartServer(new()), Throws.ArgumentException);

    [Test]
    public void Identity_SameSeed_SameCertificate()
    {
        byte[] again = ServerIdentity.Create(1).Certificate.ToArray();
        byte[] other = ServerIdentity.Create(2).Certificate.ToArray();

        Assert.That(again, Is.EqualTo(Identity.Certificate.ToArray()));
        Assert.That(other, Is.Not.EqualTo(again));
    }

    private static (HandshakeResult Client, HandshakeResult Server, byte[] Wire) Run(TlsVersion version, TlsCipher cipher, ulong seed, Action<string>? clientLog, Action<string>? serverLog)
    {
        TlsHandshake client = TlsHandshake.StartClient(new() { Version = version, Cipher = cipher, Seed = seed, KeyLog = clientLog });
        TlsHandshake server = TlsHandshake.StartServer(new() { Version = version, Cipher = cipher, Seed = seed + 1000, Identity = Identity, KeyLog = serverLog });
        var wire = new List<byte>();
        for (int round = 0; round < 10 && (client.State == HandshakeState.Running || server.State == HandshakeState.Running); round++)
        {
            Move(client, server, wire);
            Move(server, client, wire);
        }

        Assert.That((client.State, server.State), Is.EqualTo((HandshakeState.Complete, HandshakeState.Complete)), $"{client.Failure} {server.Failure}");
        return (client.Result!, server.Result!, [.. wire]);
    }

    private static void Move(TlsHandshake from, TlsHandshake to, List<byte> wire)
    {
        byte[] bytes = Take(from);
        wire.AddRange(bytes);
        for (int at = 0; at < bytes.Length && to.BytesWanted > 0;)
        {
            // Three bytes at a time: nothing depends on how the stream is cut.
            int count = Math.Min(Math.Min(3, to.BytesWanted), bytes.Length - at);
            to.Input(bytes.AsSpan(at, count));
            at += count;
        }
    }

    private static byte[] Take(TlsHandshake handshake)
    {
        var bytes = new byte[handshake.OutputAvailable];
        int count = handshake.TakeOutput(bytes);
        return bytes[..count];
    }
}
