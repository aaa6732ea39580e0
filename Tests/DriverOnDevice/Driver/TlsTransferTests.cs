using NicEmu.Board.Links;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Native;
using NicEmu.Spec.Registers;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;
using NicEmu.Tests.Unit.Driver;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Driver;

/// <summary>Driver and card together: payload end to end, counters, the event stream.</summary>
[TestFixture]
public sealed class TlsTransferTests
{
    private const int Long = 300_000;

    [Test, Combinatorial]
    public void Transfer_BothEndsInCard_ArrivesAndIsClean([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        using var hosts = new TwoHosts();
        hosts.Open(version, cipher);
        byte[] data = KtlsFixture.Pattern(Long, 1);

        hosts.ClientToServer(data);
        hosts.ServerToClient(KtlsFixture.Pattern(50_000, 2));

        hosts.AssertClean();
        hosts.AssertNoLeak(data);
        Assert.That(hosts.ClientSocket.TxState, Is.EqualTo(KtlsState.Device));
        Assert.That(hosts.ServerSocket.RxState, Is.EqualTo(KtlsState.Device));
        Assert.That(hosts.Server.Host.Counters.RxRecordsSoftware, Is.Zero);
        Assert.That(hosts.Server.Host.Counters.RxRecordsMixed, Is.Zero);
        Assert.That(hosts.Server.Host.Counters.RxRecordsDevice, Is.EqualTo(19), "300 000 bytes in records of 16384");
        Assert.That(hosts.Client.Host.Counters.TxTlsOoo, Is.Zero);
    }

    [TestCase(true, false)]
    [TestCase(false, true)]
    [TestCase(false, false)]
    public void Transfer_CardOnOneSideOnly_ArrivesAndIsClean(bool tx, bool rx)
    {
        using var hosts = new TwoHosts(new() { OffloadTx = tx }, new() { OffloadRx = rx });
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);

        hosts.ClientToServer(KtlsFixture.Pattern(Long, 1));

        hosts.AssertClean();
        Assert.That(hosts.ClientSocket.TxState, Is.EqualTo(tx ? KtlsState.Device : KtlsState.Software));
        Assert.That(hosts.Server.Host.Counters.RxRecordsDevice, rx ? Is.EqualTo(19) : Is.Zero);
        Assert.That(hosts.Client.Host.Counters.TlsTxSw, Is.EqualTo(tx ? 0 : 1));
        Assert.That(hosts.Server.Host.Counters.TlsRxSw, Is.EqualTo(rx ? 0 : 1));
    }

    [TestCase(TlsVersion.Tls12)]
    [TestCase(TlsVersion.Tls13)]
    public void Transfer_Ipv6AndSmallRecords_Arrives(TlsVersion version)
    {
        using var hosts = new TwoHosts(new() { MaxRecordPayload = 100 }, new() { MaxRecordPayload = 64 }, ipv6: true);
        hosts.Open(version, TlsCipher.Aes256Gcm);

        hosts.ClientToServer(KtlsFixture.Pattern(20_000, 1));
        hosts.ServerToClient(KtlsFixture.Pattern(20_000, 2));

        hosts.AssertClean();
    }

    [TestCase(false, 1500)]
    [TestCase(true, 9000)]
    public void Transfer_WithAndWithoutSegmentation_Arrives(bool segmentation, int mtu)
    {
        var options = new HostOptions { SegmentationOffload = segmentation, Nic = new() { Mtu = mtu, QueuePairs = 4, TxSegmentBytes = 2048, TxRingLog2 = 6 } };
        using var hosts = new TwoHosts(options, options);
        hosts.Open(TlsVersion.Tls12, TlsCipher.ChaCha20Poly1305);

        hosts.ClientToServer(KtlsFixture.Pattern(Long, 1));

        hosts.AssertClean();
    }

    // Data segments of the client by number; the handshake takes the first few.
    [Test, Combinatorial]
    public void Transfer_OneSegmentLost_Arrives([Values] TlsVersion version, [Values(4, 7, 15, 16, 17, 40)] int lost)
    {
        using var hosts = new TwoHosts();
        hosts.Client.Network.Outgoing.Add(FrameRule.DataSegment(lost));
        hosts.Open(version, TlsCipher.Aes128Gcm);
        byte[] data = KtlsFixture.Pattern(Long, 1);

        hosts.ClientToServer(data);

        hosts.AssertClean();
        hosts.AssertNoLeak(data);
        Assert.That(hosts.Client.Network.Outgoing.Dropped, Is.EqualTo(1));
    }

    [TestCase(TlsVersion.Tls12, TlsCipher.Aes256Gcm, 1)]
    [TestCase(TlsVersion.Tls13, TlsCipher.Aes128Gcm, 2)]
    [TestCase(TlsVersion.Tls13, TlsCipher.ChaCha20Poly1305, 3)]
    [TestCase(TlsVersion.Tls12, TlsCipher.ChaCha20Poly1305, 4)]
    public void Transfer_BadNetwork_Arrives(TlsVersion version, TlsCipher cipher, int seed)
    {
        using var hosts = new TwoHosts(new() { MaxRecordPayload = 1000 * seed }, new() { MaxRecordPayload = 3000 });
        hosts.Open(version, cipher);
        var bad = new LossProfile { Drop = 0.02, Reorder = 0.02, Duplicate = 0.01 };
        hosts.Client.Network.Outgoing.Profile = bad;
        hosts.Client.Network.Incoming.Profile = bad;
        byte[] data = KtlsFixture.Pattern(Long, seed);

        hosts.ClientToServer(data);
        hosts.ServerToClient(data);

        hosts.AssertClean();
        hosts.AssertNoLeak(data);
        Assert.That(hosts.Client.Host.Counters.TxTlsOoo, Is.Positive);
        Assert.That(hosts.Client.Host.Counters.TxTlsDropNoSyncData + hosts.Client.Host.Counters.TxTlsDropBypassReq, Is.Zero);
        Assert.That(hosts.Server.Host.Counters.RxRecordsDevice, Is.Positive);
        Assert.That(Statistic(hosts, NativeMap.Statistics.RxTlsResyncOk), Is.Positive, $"stale {hosts.Client.Log.StaleAnswers} {hosts.Server.Log.StaleAnswers}");
    }

    [TestCase(TlsVersion.Tls12)]
    [TestCase(TlsVersion.Tls13)]
    public void Transfer_CardCannotReadPayload_GoesOnAfterwards(TlsVersion version)
    {
        using var hosts = new TwoHosts();
        hosts.Open(version, TlsCipher.Aes128Gcm);
        byte[] data = KtlsFixture.Pattern(100_000, 1);
        DmaBuffer arena = hosts.Client.Host.Nic.TxQueue(0).ArenaMemory;
        hosts.Client.Port.FailRange(arena.BusAddress, (ulong)arena.Length);
        hosts.ClientSocket.Write(data);
        hosts.Loop.RunUntil(() => hosts.Client.Host.Counters.TxTlsErrors > 0, TwoHosts.SecondPs);

        hosts.Client.Port.Heal();
        hosts.Loop.RunUntil(() => hosts.ServerReceived.Count == data.Length, 60 * TwoHosts.SecondPs);
        hosts.ClientToServer(data);

        Assert.That(hosts.ServerReceived, Is.EqualTo((byte[])[.. data, .. data]));
        Assert.That(hosts.Client.Host.Counters.TxTlsFallback, Is.Positive);
        Assert.That(hosts.Client.Host.Nic.State, Is.EqualTo(NicState.Running));
        hosts.AssertNoLeak(data);
    }

    [TestCase(TlsVersion.Tls12)]
    [TestCase(TlsVersion.Tls13)]
    public void Transfer_OffloadOnOrOff_SameBytesOnTheWire(TlsVersion version)
    {
        byte[] inCard = StreamOf(version, true);
        byte[] inSoftware = StreamOf(version, false);

        Assert.That(inCard, Has.Length.GreaterThan(100_000));
        Assert.That(inCard.AsSpan().SequenceEqual(inSoftware), Is.True);
    }

    [Test]
    public void Transfer_SameSeedsTwice_SameFrames()
    {
        using var first = new TwoHosts();
        using var second = new TwoHosts();
        foreach (TwoHosts hosts in (TwoHosts[])[first, second])
        {
            hosts.Open(TlsVersion.Tls13, TlsCipher.Aes256Gcm);
            hosts.ClientToServer(KtlsFixture.Pattern(30_000, 1));
        }

        Assert.That(second.Client.Log.Sent, Is.EqualTo(first.Client.Log.Sent));
        Assert.That(second.Server.Log.Sent, Is.EqualTo(first.Server.Log.Sent));
        Assert.That(second.KeyLog, Is.EqualTo(first.KeyLog));
    }

    [Test]
    public void Close_BothSides_ContextsAndGaugesGone()
    {
        using var hosts = new TwoHosts();
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        hosts.ClientToServer(KtlsFixture.Pattern(1000, 1));
        bool ended = false;
        hosts.ServerSocket.EndOfStream = () =>
        {
            ended = true;
            hosts.ServerSocket.Close();
        };

        hosts.ClientSocket.Close();
        hosts.Loop.RunUntil(() => hosts.Client.Log.ContextsRemoved == 2 && hosts.Server.Log.ContextsRemoved == 2, 200 * TwoHosts.SecondPs);

        Assert.That(ended, Is.True);
        Assert.That(hosts.Client.Log.ContextsRemoved, Is.EqualTo(2));
        Assert.That(hosts.Server.Log.ContextsRemoved, Is.EqualTo(2));
        Assert.That(hosts.Client.Host.Counters.TlsCurrTxDevice + hosts.Client.Host.Counters.TlsCurrRxDevice, Is.Zero);
        Assert.That(hosts.Client.Host.Nic.ReadCounter(NativeMap.Statistics.TxTlsDeleted), Is.EqualTo(1UL));
        hosts.AssertClean();
    }

    [Test]
    public void Record_NoHandler_NothingIsReadUntilThereIsOne()
    {
        using var hosts = new TwoHosts();
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        var handler = hosts.ServerSocket.Record;
        hosts.ServerSocket.Record = null;
        byte[] data = KtlsFixture.Pattern(5000, 1);
        hosts.ClientSocket.Write(data);
        hosts.Loop.RunUntil(() => hosts.ServerSocket.Connection.Available > data.Length, TwoHosts.SecondPs);
        int before = hosts.ServerReceived.Count;

        hosts.ServerSocket.Record = handler;
        hosts.Loop.RunUntil(() => hosts.ServerReceived.Count == data.Length, TwoHosts.SecondPs);

        Assert.That(before, Is.Zero);
        Assert.That(hosts.ServerReceived, Is.EqualTo(data));
    }

    [Test]
    public void Counters_AfterTransfer_CardAgreesWithDriver()
    {
        using var hosts = new TwoHosts();
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);

        hosts.ClientToServer(KtlsFixture.Pattern(Long, 1));

        NicDriver client = hosts.Client.Host.Nic;
        NicDriver server = hosts.Server.Host.Nic;
        Assert.That(client.ReadCounter(NativeMap.Statistics.TxTlsBytes), Is.EqualTo((ulong)hosts.Client.Host.Counters.TxTlsEncryptedBytes));
        Assert.That(client.ReadCounter(NativeMap.Statistics.TxTlsPackets), Is.EqualTo((ulong)hosts.Client.Host.Counters.TxTlsEncryptedPackets));
        Assert.That(server.ReadCounter(NativeMap.Statistics.RxTlsPackets), Is.EqualTo((ulong)hosts.Server.Host.Counters.RxTlsDecryptedPackets));
        Assert.That(server.ReadCounter(NativeMap.Statistics.RxTlsBytes), Is.EqualTo((ulong)hosts.Client.Host.Counters.TxTlsEncryptedBytes));
    }

    [Test]
    public void Removal_InTransfer_DriverFailsAndLoopComesToRest()
    {
        using var hosts = new TwoHosts();
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        NicError? error = null;
        hosts.Client.Host.Failed = e => error = e;
        hosts.ClientSocket.Write(KtlsFixture.Pattern(100_000, 1));

        hosts.Client.Bus.IsRemoved = true;
        hosts.Loop.RunUntil(() => error is not null, 10 * TwoHosts.SecondPs);

        Assert.That(error, Is.EqualTo(NicError.Removed));
        Assert.That(hosts.Client.Bus.Memory.Count, Is.Zero, "no memory stays mapped");
    }

    [Test]
    public void Stop_Running_NoMemoryStaysMapped()
    {
        using var hosts = new TwoHosts();
        bool stopped = false;

        hosts.Client.Host.Nic.Stop(() => stopped = true);
        hosts.Loop.RunUntil(() => stopped, TwoHosts.SecondPs);

        Assert.That(stopped, Is.True);
        Assert.That(hosts.Client.Bus.Memory.Count, Is.Zero);
        Assert.That(hosts.Client.Log.GuestErrors, Is.Empty);
    }

    private static ulong Statistic(TwoHosts hosts, Register counter) => hosts.Client.Host.Nic.ReadCounter(counter) + hosts.Server.Host.Nic.ReadCounter(counter);

    /// <summary>What the client's TLS direction put on the wire, joined by sequence number.</summary>
    private static byte[] StreamOf(TlsVersion version, bool offload)
    {
        using var hosts = new TwoHosts(new() { OffloadTx = offload, OffloadRx = offload });
        hosts.Open(version, TlsCipher.Aes128Gcm);
        uint start = hosts.ClientSocket.Connection.SendSequence;
        hosts.ClientToServer(KtlsFixture.Pattern(120_000, 1));
        return Joined(hosts, start);
    }

    /// <summary>What the client put on the wire since a sequence number, joined.</summary>
    internal static byte[] Joined(TwoHosts hosts, uint start)
    {
        var stream = new byte[hosts.ClientSocket.Connection.SendSequence - start];
        foreach (byte[] frame in hosts.Client.Log.Sent)
        {
            if (!TcpView.TryParse(frame, out TcpView view) || view.Payload.IsEmpty) continue;
            int offset = TcpSequence.Distance(start, view.Sequence);
            if (offset >= 0 && offset + view.Payload.Length <= stream.Length) view.Payload.CopyTo(stream.AsSpan(offset));
        }

        return stream;
    }
}
