using System.Net.Security;
using NicEmu.Board;
using NicEmu.Board.Links;
using NicEmu.Board.Peers;
using NicEmu.Board.Time;
using NicEmu.Conformance.Sanitizer;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Handshake;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Nic;
using NicEmu.Driver.Toe;
using NicEmu.Net;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Toe;

/// <summary>The engine beside the host's own network, and peers that are not ours.</summary>
internal sealed class ToeHostTests
{
    private const long SecondPs = 1_000_000_000_000;

    [Test]
    public void Capacity_Used_HostServesTheNextConnectionItself()
    {
        var rig = new ToeRig(connections: 1);
        ToeListener? listener = null;
        var accepted = new List<ToeSocket?>();
        rig.Toe.Listen(ToeRig.Port, accepted.Add, (l, _) => listener = l);
        rig.RunUntil(() => listener is not null, "the card listens");
        rig.Peer.Connect(ToeRig.CardAddress, ToeRig.Port);
        rig.RunUntil(() => accepted.Count == 1, "the first connection is the card's");
        HostSocket second = rig.Peer.Connect(ToeRig.CardAddress, ToeRig.Port);
        rig.RunUntil(() => accepted.Count == 2, "the second finds no room");
        HostSocket? served = null;

        listener!.Close();
        rig.Host.Listen(ToeRig.Port, s => served = s);
        rig.RunUntil(() => served is not null, "the host serves it, once the SYN is repeated");
        byte[] got = new byte[5];
        int have = 0;
        second.Readable = () => have += second.Read(got.AsSpan(have));
        served!.Write("hello"u8);
        rig.RunUntil(() => have == 5, "bytes of the host's own TCP");

        Assert.That(accepted[1], Is.Null);
        Assert.That(rig.Toe.Refusals, Is.EqualTo(1));
        Assert.That(got, Is.EqualTo("hello"u8.ToArray()));
        Assert.That(rig.Errors, Is.Empty);
    }

    [Test]
    public void Send_PagesOfAFile_AreReadWhereTheyLie()
    {
        var rig = new ToeRig();
        (ToeSocket card, HostSocket peer) = rig.Secure();
        DmaBuffer[] pages = [.. Enumerable.Range(0, 64).Select(i => rig.Memory(4096, i + 1))];
        byte[] file = [.. pages.SelectMany(p => p.Span.ToArray())];
        var got = new List<byte>();
        peer.Record = (_, content) => got.AddRange(content);
        int first = rig.Recorder.Events.Count;
        ToeStatus? ended = null;

        card.Send([.. pages.Select(ToeRig.Whole)], (s, length) => ended = length == file.Length ? s : ToeStatus.BadState);
        rig.RunUntil(() => ended is not null && got.Count == file.Length, "the file arrives");

        Assert.That(got, Is.EqualTo(file));
        Assert.That(ended, Is.EqualTo(ToeStatus.Ok));
        foreach (DmaBuffer page in pages)
        {
            int read = rig.Recorder.Events.Skip(first).Where(e => e.Kind == TraceEventKind.DmaRead && e.Device == 0 && e.Address >= page.BusAddress && e.Address < page.BusAddress + 4096).Sum(e => e.Length);
            Assert.That(read, Is.EqualTo(4096), "each page was read once");
        }
    }

    [Test]
    public void Connection_ResetByPeer_TellsAndKeepsItsRoomUntilClosed()
    {
        var rig = new ToeRig();
        (ToeSocket card, HostSocket peer) = rig.Accept();
        using DmaBuffer memory = rig.Card.Bus.AllocateDma(4096);
        ToeReceived? received = null;
        ToeStatus? closed = null;

        card.Receive([ToeRig.Whole(memory)], r => received = r);
        peer.Abort();
        rig.RunUntil(() => received is not null, "the reset is told");
        ToeStatus sent = rig.Send(card, memory);
        int used = rig.Toe.ConnectionsUsed;
        card.Close(s => closed = s);
        rig.RunUntil(() => closed is not null, "closed");

        Assert.That(received!.Value.Status, Is.EqualTo(ToeStatus.Reset));
        Assert.That(sent, Is.EqualTo(ToeStatus.Reset));
        Assert.That((used, closed, rig.Toe.ConnectionsUsed), Is.EqualTo((1, (ToeStatus?)ToeStatus.Reset, 0)));
    }

    [Test]
    public void Save_EngineEnabled_IsRefused()
    {
        var rig = new ToeRig();

        Assert.That(() => rig.Card.Device.Save(), Throws.InvalidOperationException);
        rig.Toe.Dispose();
        rig.Run(SecondPs / 1000);
        rig.Card.Replace(rig.Card.Device.Save());
        Assert.That(rig.Toe.Enable(), Is.True);
        (ToeSocket card, _) = rig.Accept();
        Assert.That(card.LocalPort, Is.EqualTo(ToeRig.Port), "the card that was put in works");
    }

    [Test]
    public void Driver_CardFails_EndsWhatWaits()
    {
        var rig = new ToeRig();
        (ToeSocket card, _) = rig.Accept();
        using DmaBuffer memory = rig.Card.Bus.AllocateDma(4096);
        ToeReceived? received = null;
        card.Receive([ToeRig.Whole(memory)], r => received = r);

        rig.Host.Nic.Dispose();

        Assert.That(received!.Value.Status, Is.EqualTo(ToeStatus.Closed));
        Assert.That(rig.Toe.IsEnabled, Is.False);
    }

    [Test]
    public void Keys_AfterClose_AreGoneFromTheCard()
    {
        var rig = new ToeRig();
        (ToeSocket card, _) = rig.Secure();
        IInternalBus bus = rig.Card.Device.InternalBus;
        uint before = bus.Read(NativeMap.Internal.KeysUsed.Offset);

        card.Close(abort: true);
        rig.Run(SecondPs / 100);

        Assert.That(before, Is.EqualTo(2u));
        Assert.That((bus.Read(NativeMap.Internal.KeysUsed.Offset), bus.Read(NativeMap.Internal.TxContextsUsed.Offset)), Is.EqualTo((0u, 0u)));
    }

    [Test]
    public void SwitchTls_EveryKeySlotTaken_HasNoRoomAndTheConnectionGoesOn()
    {
        var rig = new ToeRig();
        (ToeSocket card, HostSocket peer) = rig.Accept();
        int made = 0;
        for (int i = 0; i < NativeDevice.Keys; i++)
        {
            rig.Host.Nic.Tls.CreateKey(TlsCipher.Aes128Gcm, new byte[16], r => made += r.Ok ? 1 : 0);
        }

        rig.RunUntil(() => made == NativeDevice.Keys, "every slot is taken");
        ToeStatus? status = null;
        card.SwitchTls(false, new TlsCryptoInfo(TlsVersion.Tls13, TlsCipher.Aes128Gcm, new byte[16], new byte[12], 0), s => status = s);
        rig.RunUntil(() => status is not null, "an answer");
        using DmaBuffer memory = rig.Memory(100);
        byte[] got = new byte[100];
        int have = 0;
        peer.Readable = () => have += peer.Read(got.AsSpan(have));
        rig.Send(card, memory);
        rig.RunUntil(() => have == 100, "plain bytes");

        Assert.That(status, Is.EqualTo(ToeStatus.NoRoom));
        Assert.That(got, Is.EqualTo(memory.Span.ToArray()));
    }

    [Test]
    public void Driver_WholeLife_IsSilentForTheSanitizer()
    {
        var sanitizer = new DriverSanitizer(new SanitizerOptions());
        var rig = new ToeRig(sink: sanitizer);
        (ToeSocket card, _) = rig.Secure();
        using DmaBuffer file = rig.Memory(50_000);
        rig.Send(card, file);
        card.Close();
        rig.Run(SecondPs / 10);
        rig.Toe.Dispose();
        sanitizer.Finish();

        Assert.That(sanitizer.Findings.Where(f => f.Rule.Severity == Severity.Error).Select(f => $"{f.Rule.Id} {f.What}"), Is.Empty);
    }

    [Test]
    public void Inspect_Engine_ShowsCountersAndNoKey()
    {
        var rig = new ToeRig();
        (ToeSocket card, _) = rig.Secure();
        using DmaBuffer file = rig.Memory(20_000);
        rig.Send(card, file);

        string tree = rig.Card.Device.Inspect().ToString();

        Assert.That(tree, Does.Contain("RECORDS_SEALED").And.Contain("CONNECTIONS_USED"));
    }

    [Test]
    public void Connection_OverIpv6_Works()
    {
        var loop = new EventLoop();
        var cable = new PairLink(loop);
        var card = new NicBoard(loop, cable.A, new NicBoardOptions { HasToe = true });
        var peer = new HostEndpoint(loop, cable.B, new NetStackConfig { Mac = MacAddress.Parse("02:00:00:00:00:09"), Ipv6Address = IpAddress.Parse("2001:db8::2") });
        var client = new DriverOnDevice.TwoCards.Client();
        var nic = new NicDriver(card.Bus, loop, client, new NicOptions());
        var toe = new ToeDriver(nic, new ToeOptions { Ipv6Address = IpAddress.Parse("2001:db8::1") });
        nic.Start();
        Assert.That(loop.RunUntil(() => nic.LinkUp, SecondPs), Is.True);
        Assert.That(toe.Enable(), Is.True);
        TcpListener listener = peer.Stack.Listen(80);
        ToeSocket? opened = null;
        ToeStatus? status = null;

        toe.Open(IpAddress.Parse("2001:db8::2"), 80, (s, why) => (opened, status) = (s, why));
        loop.RunUntil(() => status is not null, 10 * SecondPs);

        Assert.That(status, Is.EqualTo(ToeStatus.Ok));
        Assert.That(opened!.RemoteAddress, Is.EqualTo(IpAddress.Parse("2001:db8::2")));
        Assert.That(loop.RunUntil(() => listener.TryAccept(out _), SecondPs), Is.True);
        Assert.That(client.Frames.Select(f => f.Frame[20]), Has.None.EqualTo(6), "no TCP reached the host");
    }

    [Test]
    public void Records_PeerIsSslStream_AreUnderstoodBothWays([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        var loop = new EventLoop();
        var cable = new PairLink(loop);
        var board = new NicBoard(loop, cable.A, new NicBoardOptions { HasToe = true });
        var peer = new HostEndpoint(loop, cable.B, new NetStackConfig { Mac = MacAddress.Parse("02:00:00:00:00:09"), Ipv4Address = ToeRig.PeerAddress });
        var nic = new NicDriver(board.Bus, loop, new DriverOnDevice.TwoCards.Client(), new NicOptions());
        var toe = new ToeDriver(nic, new ToeOptions { Ipv4Address = ToeRig.CardAddress });
        nic.Start();
        Assert.That(loop.RunUntil(() => nic.LinkUp, SecondPs), Is.True);
        toe.Enable();
        TcpListener listener = peer.Stack.Listen(443);
        Task<byte[]>? conversation = null;
        listener.ConnectionReady = l =>
        {
            l.TryAccept(out TcpConnection? connection);
            conversation = Converse(new LoopStream(connection!, loop, peer.Kick), new TlsPeerOptions { Version = version, Cipher = cipher });
        };
        ToeTlsUpgrade? secured = null;
        ToeSocket? card = null;
        toe.Open(ToeRig.PeerAddress, 443, (s, _) =>
        {
            card = s;
            ToeTlsUpgrade.Client(toe, s!, new HandshakeOptions { Version = version, Cipher = cipher, Seed = 6 }, u => secured = u);
        });
        Assert.That(loop.RunUntil(() => secured is not null, 20 * SecondPs), Is.True, "the handshake ends");
        Assert.That(secured!.IsSecured, Is.True, secured.Handshake.Failure);
        using DmaBuffer request = board.Bus.AllocateDma(50_000);
        ToeRig.Fill(request.Span, 3);
        using DmaBuffer buffer = board.Bus.AllocateDma(16384);
        var answer = new List<byte>();

        card!.Send([ToeRig.Whole(request)], static (_, _) => { });
        Read(card, buffer, answer);
        Assert.That(loop.RunUntil(() => answer.Count >= 50_000 || conversation!.IsFaulted, 20 * SecondPs), Is.True, conversation?.Exception?.ToString());

        Assert.That(answer, Is.EqualTo(request.Span.ToArray()), "SslStream sends back what it has understood");
    }

    private static void Read(ToeSocket socket, DmaBuffer buffer, List<byte> into) => socket.Receive(
        [ToeRig.Whole(buffer)],
        r =>
        {
            if (r.Status != ToeStatus.Ok)
            {
                return;
            }

            // Tickets of TLS 1.3 are no data, but hold the direction.
            if (r.ContentType == 23)
            {
                into.AddRange(buffer.Span[..r.Length]);
            }

            Read(socket, buffer, into);
        },
        resume: true);

    private static async Task<byte[]> Converse(LoopStream transport, TlsPeerOptions options)
    {
        SslStream stream = await SslPeer.AcceptAsync(transport, options).ConfigureAwait(false);
        byte[] bytes = new byte[50_000];
        await stream.ReadExactlyAsync(bytes).ConfigureAwait(false);
        await stream.WriteAsync(bytes).ConfigureAwait(false);
        return bytes;
    }
}
