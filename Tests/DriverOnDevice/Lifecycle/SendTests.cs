using NicEmu.Board.Links;
using NicEmu.Driver.Crypto;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Net;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;
using NicEmu.Tests.DriverOnDevice.Driver;
using NicEmu.Tests.Unit.Driver;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Lifecycle;

/// <summary>What a sender may ask of its records: to stay open, to end, to be of a type, to be short, to come from a file.</summary>
[TestFixture]
public sealed class SendTests
{
    [TestCase(SendFlags.None)]
    [TestCase(SendFlags.EndOfRecord)]
    public void Send_MoreThenAnEnd_OneRecord(SendFlags last)
    {
        using TwoHosts hosts = Open();
        HostSocket socket = hosts.ClientSocket;
        uint before = socket.Connection.SendSequence;

        int first = socket.Send([1, 2, 3], SendFlags.More);
        int second = socket.Send([4, 5], SendFlags.More);
        uint held = socket.Connection.SendSequence;
        socket.Send([6], last);
        Wait(hosts, 6);

        Assert.That((first, second, held), Is.EqualTo((3, 2, before)), "taken, and nothing written yet");
        Assert.That(hosts.ServerReceived, Is.EqualTo(new byte[] { 1, 2, 3, 4, 5, 6 }));
        Assert.That(Wire(hosts).Records, Is.EqualTo(1));
    }

    [Test]
    public void Send_ControlRecordBehindMore_ClosesTheOpenRecordFirst()
    {
        using TwoHosts hosts = Open();
        var types = new List<TlsContentType>();
        hosts.ServerSocket.Record = (type, _) => types.Add(type);

        hosts.ClientSocket.Send([1, 2, 3], SendFlags.More);
        hosts.ClientSocket.Write(TlsContentType.Alert, [1, 0]);
        hosts.Loop.RunUntil(() => types.Count == 2, TwoHosts.SecondPs);

        Assert.That(types, Is.EqualTo(new[] { TlsContentType.ApplicationData, TlsContentType.Alert }));
    }

    [Test]
    public void Close_RecordOpen_IsSentFirst()
    {
        using TwoHosts hosts = Open();
        bool ended = false;
        hosts.ServerSocket.EndOfStream = () => ended = true;

        hosts.ClientSocket.Send([1, 2, 3], SendFlags.More);
        hosts.ClientSocket.Close();
        hosts.Loop.RunUntil(() => ended, TwoHosts.SecondPs);

        Assert.That(hosts.ServerReceived, Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    // Linux: 17 fragments of which one is the tag's.
    [Test]
    public void Send_MoreSeventeenTimes_RecordEndsAtTheSixteenthFragment()
    {
        using TwoHosts hosts = Open();

        for (byte i = 0; i < 17; i++) hosts.ClientSocket.Send([i], SendFlags.More);
        Wait(hosts, 16);

        Assert.That(hosts.ServerReceived, Has.Count.EqualTo(16));
        Assert.That(Wire(hosts).Records, Is.EqualTo(1));
    }

    [Test]
    public void Send_MoreBeyondTheLimit_FullRecordsLeaveAndTheRestStays()
    {
        using TwoHosts hosts = Open();
        hosts.ClientSocket.MaxRecordPayload = 100;

        hosts.ClientSocket.Send(KtlsFixture.Pattern(250, 1), SendFlags.More);
        Wait(hosts, 200);
        int held = hosts.ServerReceived.Count;
        hosts.ClientSocket.Send([9], SendFlags.None);
        Wait(hosts, 251);

        Assert.That(held, Is.EqualTo(200));
        Assert.That(Wire(hosts).Records, Is.EqualTo(3));
    }

    [Test]
    public void Send_ShorterRecordFitsMeanwhile_WhoWasRefusedIsToldAllTheSame()
    {
        using var hosts = new TwoHosts(new() { Tcp = new() { SendBufferBytes = 20_000 } });
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        int called = 0;
        hosts.ClientSocket.Writable = () => called++;
        int taken = hosts.ClientSocket.Write(KtlsFixture.Pattern(40_000, 1));

        int other = hosts.ClientSocket.Write(TlsContentType.Alert, [1, 0]);
        hosts.Loop.RunUntil(() => called > 0, TwoHosts.SecondPs);

        Assert.That((taken, other), Is.EqualTo((16384, 2)));
        Assert.That(called, Is.EqualTo(1));
    }

    [Test]
    public void Send_SmallBufferAndMore_NothingIsSentTwiceOrLost([Values(600, 2000, 20_000)] int buffer, [Values] TlsVersion version)
    {
        using var hosts = new TwoHosts(new() { Tcp = new() { SendBufferBytes = buffer } });
        hosts.Open(version, TlsCipher.Aes128Gcm);
        byte[] data = KtlsFixture.Pattern(60_000, 1);
        int sent = 0;
        void Push()
        {
            while (sent < data.Length)
            {
                int part = Math.Min(700, data.Length - sent);
                int taken = hosts.ClientSocket.Send(data.AsSpan(sent, part), sent + part == data.Length ? SendFlags.None : SendFlags.More);
                sent += taken;
                if (taken < part) return;
            }
        }

        hosts.ClientSocket.Writable = Push;
        Push();
        Wait(hosts, data.Length);

        Assert.That(hosts.ServerReceived, Is.EqualTo(data));
        Assert.That(Wire(hosts).Content, Is.EqualTo(data));
        hosts.AssertClean();
    }

    [Test]
    public void Send_FlagsThatContradict_AreRefused()
    {
        using TwoHosts hosts = Open();
        HostSocket socket = hosts.ClientSocket;

        var both = Assert.Throws<KtlsException>(() => socket.Send([1], SendFlags.More | SendFlags.EndOfRecord));
        var control = Assert.Throws<KtlsException>(() => socket.Send(TlsContentType.Alert, [1, 0], SendFlags.More));
        var urgent = Assert.Throws<KtlsException>(() => socket.Send([1], SendFlags.OutOfBand));

        Assert.That((both!.Error, control!.Error, urgent!.Error), Is.EqualTo((KtlsError.InvalidArgument, KtlsError.InvalidArgument, KtlsError.NotSupported)));
        Assert.That(socket.Connection.SendSequence, Is.EqualTo(hosts.ClientStart), "nothing was written");
    }

    [TestCase(TlsVersion.Tls12, 64)]
    [TestCase(TlsVersion.Tls13, 63)]
    public void MaxRecordPayload_Range_IsTheDocuments(TlsVersion version, int least)
    {
        using var hosts = new TwoHosts();
        hosts.Open(version, TlsCipher.Aes128Gcm);
        HostSocket socket = hosts.ClientSocket;

        var below = Assert.Throws<KtlsException>(() => socket.MaxRecordPayload = least - 1);
        var above = Assert.Throws<KtlsException>(() => socket.MaxRecordPayload = 16385);
        socket.MaxRecordPayload = 16384;
        socket.Send([1], SendFlags.More);
        var open = Assert.Throws<KtlsException>(() => socket.MaxRecordPayload = 1000);
        socket.Send([1], SendFlags.None);
        socket.MaxRecordPayload = least;
        socket.Send(KtlsFixture.Pattern(1000, 1), SendFlags.None);
        Wait(hosts, 1002);

        Assert.That((below!.Error, above!.Error, open!.Error), Is.EqualTo((KtlsError.InvalidArgument, KtlsError.InvalidArgument, KtlsError.Busy)));
        Assert.That(Wire(hosts).Records, Is.EqualTo(1 + ((1000 + least - 1) / least)));
    }

    [Test]
    public void Send_EmptyRecords_AreOnTheWire([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        using var hosts = new TwoHosts();
        hosts.Open(version, cipher);
        var records = new List<(TlsContentType Type, int Length)>();
        hosts.ServerSocket.Record = (type, content) => records.Add((type, content.Length));

        hosts.ClientSocket.Send([], SendFlags.None);
        hosts.ClientSocket.Send([], SendFlags.EndOfRecord);
        hosts.ClientSocket.Send(TlsContentType.Handshake, [], SendFlags.None);
        hosts.ClientSocket.Send([7], SendFlags.None);
        hosts.Loop.RunUntil(() => records.Count == 3, TwoHosts.SecondPs);

        Assert.That(records, Is.EqualTo(new[] { (TlsContentType.ApplicationData, 0), (TlsContentType.Handshake, 0), (TlsContentType.ApplicationData, 1) }));
        Assert.That(Wire(hosts).Records, Is.EqualTo(3));
        hosts.AssertClean();
    }

    [Test]
    public void Send_LastRecordNumberUsed_ConnectionEndsBeforeAnyIsUsedTwice()
    {
        using var hosts = new TwoHosts();
        HostSocket socket = Plain(hosts);
        TcpCloseReason? reason = null;
        socket.Closed = r => reason = r;
        TlsCryptoInfo info = KtlsFixture.Info(TlsVersion.Tls13, TlsCipher.Aes128Gcm, ulong.MaxValue);
        socket.SetTlsTx(info);
        hosts.Loop.RunUntil(() => socket.TxState == KtlsState.Device, TwoHosts.SecondPs);
        uint start = socket.Connection.SendSequence;

        int first = socket.Write([1]);
        int second = socket.Write([2]);
        hosts.Loop.RunUntil(() => reason is not null, TwoHosts.SecondPs);

        Assert.That((first, second), Is.EqualTo((1, 0)));
        Assert.That((reason, socket.Connection.SendSequence - start), Is.EqualTo((TcpCloseReason.Aborted, 5u + 1 + 1 + 16)));
    }

    [Test]
    public void SendFile_CopyOrPages_SameBytes([Values] bool zeroCopy, [Values] TlsVersion version, [Values(0, 1, 4095)] int offset)
    {
        using var hosts = new TwoHosts();
        hosts.Open(version, TlsCipher.Aes128Gcm);
        byte[] data = KtlsFixture.Pattern(100_000, 1);
        var file = new PageCacheFile(data);
        hosts.Client.Network.Outgoing.Profile = new LossProfile { Drop = 0.03 };

        Assert.That(hosts.ClientSocket.SendFile(file, offset, data.Length - offset, zeroCopy), Is.EqualTo(data.Length - offset));
        Wait(hosts, data.Length - offset);

        Assert.That(hosts.ServerReceived.ToArray(), Is.EqualTo(data[offset..]));
        Assert.That(Wire(hosts).Content, Is.EqualTo(data[offset..]));
        Assert.That(hosts.Client.Host.Counters.TxTlsNonceReuse, Is.Zero);
        hosts.AssertClean();
    }

    [Test]
    public void SendFile_ChangedBeforeItIsSentAgain_CopyIsRightAndPagesAreReported([Values] bool zeroCopy)
    {
        using TwoHosts hosts = Open();
        byte[] data = KtlsFixture.Pattern(10_000, 1);
        var file = new PageCacheFile(data);
        var reused = new List<NonceReuse>();
        hosts.ClientSocket.NonceReused = reused.Add;
        hosts.Client.Network.Outgoing.Profile = new LossProfile { Drop = 1 };
        hosts.ClientSocket.SendFile(file, 0, data.Length, zeroCopy);
        hosts.Loop.RunUntil(static () => false, TwoHosts.SecondPs / 100);

        file.Write(5000, [0xEE]);
        hosts.Client.Network.Outgoing.Profile = new LossProfile();
        Wait(hosts, data.Length);

        if (zeroCopy) data[5000] = 0xEE;
        Assert.That(hosts.ServerReceived, Is.EqualTo(data));
        Assert.That(hosts.Client.Host.Counters.TxTlsNonceReuse, Is.EqualTo(zeroCopy ? 1 : 0));
        Assert.That(reused, Is.EqualTo(zeroCopy ? [new NonceReuse(0, hosts.ClientStart, 10_022)] : Array.Empty<NonceReuse>()));
    }

    [Test]
    public void SetTls_DirectionsOfDifferentKinds_AreRefused()
    {
        using var hosts = new TwoHosts();
        HostSocket socket = Plain(hosts);
        socket.SetTlsTx(KtlsFixture.Info(TlsVersion.Tls13, TlsCipher.Aes128Gcm));

        var version = Assert.Throws<KtlsException>(() => socket.SetTlsRx(KtlsFixture.Info(TlsVersion.Tls12, TlsCipher.Aes128Gcm)));
        var cipher = Assert.Throws<KtlsException>(() => socket.SetTlsRx(KtlsFixture.Info(TlsVersion.Tls13, TlsCipher.Aes256Gcm)));
        var opening = Assert.Throws<KtlsException>(() => hosts.Client.Host.Connect(hosts.ServerAddress, 81).SetTlsTx(KtlsFixture.Info(TlsVersion.Tls13, TlsCipher.Aes128Gcm)));

        Assert.That((version!.Error, cipher!.Error, opening!.Error), Is.EqualTo((KtlsError.InvalidArgument, KtlsError.InvalidArgument, KtlsError.NotConnected)));
    }

    private static TwoHosts Open()
    {
        var hosts = new TwoHosts();
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        return hosts;
    }

    private static HostSocket Plain(TwoHosts hosts)
    {
        hosts.Server.Host.Listen(80, static _ => { });
        HostSocket socket = hosts.Client.Host.Connect(hosts.ServerAddress, 80);
        hosts.Loop.RunUntil(() => socket.Connection.State == TcpState.Established, TwoHosts.SecondPs);
        return socket;
    }

    private static void Wait(TwoHosts hosts, int bytes) => hosts.Loop.RunUntil(() => hosts.ServerReceived.Count >= bytes, 300 * TwoHosts.SecondPs);

    private static (byte[] Content, int Records) Wire(TwoHosts hosts)
    {
        (byte[] content, int[] records) = WireJudge.Open(hosts.Client.Log.Sent, hosts.ClientSocket.Connection.Tuple.LocalPort, hosts.ClientStart, hosts.ClientKeys.Tx);
        return (content, records[0]);
    }
}
