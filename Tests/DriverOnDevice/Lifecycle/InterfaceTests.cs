using NicEmu.Board.Links;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Nic;
using NicEmu.Net;
using NicEmu.Spec.Native;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;
using NicEmu.Tests.DriverOnDevice.Driver;
using NicEmu.Tests.Unit.Driver;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Lifecycle;

/// <summary>What becomes of connections when their interface goes down, their card is let go of, is reset, fails, or is pulled out.</summary>
[TestFixture]
public sealed class InterfaceTests
{
    private const int Length = 400_000;

    [Test]
    public void Down_InTransferThenUp_SoftwareFromThenOnAndTheStreamIsRight([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        using var hosts = new TwoHosts();
        hosts.Open(version, cipher);
        byte[] data = KtlsFixture.Pattern(Length, 1);
        uint epoch = Epoch(hosts);
        Begin(hosts, data);
        bool down = false;

        hosts.Client.Host.Down(() => down = true);
        hosts.Loop.RunUntil(() => down, TwoHosts.SecondPs);
        ulong deleted = Statistic(hosts, NativeMap.Statistics.TxTlsDeleted) + Statistic(hosts, NativeMap.Statistics.RxTlsDeleted);
        ulong packets = Statistic(hosts, NativeMap.Statistics.TxTlsPackets);
        hosts.Client.Host.Up();
        Finish(hosts, data);

        Assert.That(down, Is.True);
        Assert.That(deleted, Is.EqualTo(2), "each context once");
        Assert.That(Statistic(hosts, NativeMap.Statistics.TxTlsPackets), Is.EqualTo(packets), "the card encrypts nothing more for it");
        Assert.That((hosts.ClientSocket.TxState, hosts.ClientSocket.RxState), Is.EqualTo((KtlsState.Software, KtlsState.Software)));
        Assert.That((hosts.ClientSocket.TxFallbackReason, hosts.ClientSocket.RxFallbackReason), Is.EqualTo((KtlsFallbackReason.InterfaceDown, KtlsFallbackReason.InterfaceDown)));
        Assert.That(hosts.Client.Host.Counters.TxTlsFallback, Is.Positive);
        Assert.That(Epoch(hosts), Is.Not.EqualTo(epoch), "brought up from reset");
        AssertWire(hosts, data);
        hosts.AssertClean();
    }

    [Test]
    public void Down_ReceiverInMidRecord_RecordIsVerifiedAndSoftwareGoesOn([Values] TlsVersion version, [Range(5, 25, 4)] int frames)
    {
        using var hosts = new TwoHosts();
        hosts.Open(version, TlsCipher.Aes128Gcm);
        byte[] data = KtlsFixture.Pattern(Length, 1);
        Begin(hosts, data);
        long before = hosts.Server.Host.Counters.RxTlsDecryptedPackets;
        hosts.Loop.RunUntil(() => hosts.Server.Host.Counters.RxTlsDecryptedPackets >= before + frames, TwoHosts.SecondPs);

        hosts.Server.Host.Down(hosts.Server.Host.Up);
        Finish(hosts, data);

        Assert.That(hosts.ServerSocket.RxState, Is.EqualTo(KtlsState.Software));
        Assert.That(hosts.Server.Host.Counters.RxRecordsMixed, Is.LessThanOrEqualTo(1));
        Assert.That(hosts.Server.Host.Counters.RxRecordsSoftware, Is.Positive);
        Assert.That(hosts.Server.Host.Counters.TlsDecryptError, Is.Zero);
        Assert.That(hosts.Server.Host.Ports[0].LiveContexts, Is.Zero);
        hosts.AssertClean();
    }

    [Test]
    public void Down_KeysBeingInstalled_LeavesNothingBehind([Range(0, 60, 3)] int microseconds)
    {
        using var hosts = new TwoHosts();
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        TlsCryptoInfo(hosts, out var info);
        HostSocket second = OpenPlain(hosts);
        second.SetTlsTx(info);
        second.SetTlsRx(info);
        hosts.Loop.RunUntil(static () => false, microseconds * 1_000_000L);
        bool down = false;

        hosts.Client.Host.Down(() => down = true);
        hosts.Loop.RunUntil(() => down, TwoHosts.SecondPs);

        Assert.That(down, Is.True);
        AssertCardEmpty(hosts);
        Assert.That(second.TxState, Is.AnyOf(KtlsState.Software, KtlsState.Software));
        Assert.That(second.RxState, Is.AnyOf(KtlsState.Software, KtlsState.Software));
        hosts.AssertClean();
    }

    [Test]
    public void Unbind_LiveFlows_NothingIsLeftOnTheCard()
    {
        using var hosts = new TwoHosts();
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes256Gcm);
        Begin(hosts, KtlsFixture.Pattern(Length, 1));
        bool done = false;

        hosts.Client.Host.Unbind(() => done = true);
        hosts.Loop.RunUntil(() => done, TwoHosts.SecondPs);

        Assert.That(done, Is.True);
        AssertCardEmpty(hosts);
        Assert.That(hosts.Client.Bus.Read(0, NativeMap.TxQueue.OffsetOf(NativeMap.TxQueue.Status), 4) & NativeMap.TxQueue.Enabled.Mask, Is.Zero);
        Assert.That(hosts.Client.Bus.ConfigRead(4, 2) & 4, Is.Zero, "no bus master");
        Assert.That(hosts.Client.Bus.Memory.Count, Is.Zero, "no memory stays mapped");
        Assert.That(() => hosts.Client.Host.Up(), Throws.InvalidOperationException);
        hosts.AssertClean();
    }

    [Test]
    public void Down_ForGood_TcpGivesUpInTimeAndTheLoopComesToRest()
    {
        using var hosts = new TwoHosts();
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        TcpCloseReason? reason = null;
        hosts.ClientSocket.Closed = r => reason = r;
        Begin(hosts, KtlsFixture.Pattern(Length, 1));

        hosts.Client.Host.Down();
        hosts.Loop.RunUntilIdle(7200 * TwoHosts.SecondPs);

        Assert.That(reason, Is.EqualTo(TcpCloseReason.TimedOut));
        Assert.That(hosts.Client.Host.SegmentsLost, Is.Positive);
    }

    [TestCase(ResetKind.FunctionLevel)]
    [TestCase(ResetKind.Driver)]
    public void Reset_UnderTheDriverInMidRecord_NoticedAndGoneOnInSoftware(ResetKind kind)
    {
        using var hosts = new TwoHosts();
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        byte[] data = KtlsFixture.Pattern(Length, 1);
        Begin(hosts, data);

        hosts.Client.Device.Function.Reset(kind);
        Finish(hosts, data);

        Assert.That(hosts.Client.Host.Ports[0].Recoveries, Is.EqualTo(1));
        Assert.That((hosts.ClientSocket.TxState, hosts.ClientSocket.TxFallbackReason), Is.EqualTo((KtlsState.Software, KtlsFallbackReason.CardLost)));
        AssertWire(hosts, data);
        AssertNoStaleHandle(hosts);
    }

    [Test]
    public void Reset_ByTheHost_AtManyMoments_StreamIsRight([Range(0, 400, 37)] int microseconds)
    {
        using var hosts = new TwoHosts();
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes256Gcm);
        byte[] data = KtlsFixture.Pattern(Length, 1);
        Begin(hosts, data);
        hosts.Loop.RunUntil(static () => false, microseconds * 1_000_000L);

        hosts.Client.Host.Ports[0].Reset();
        hosts.Server.Host.Ports[0].Reset();
        Finish(hosts, data);
        hosts.Loop.RunUntil(() => hosts.Client.Host.IsReady, TwoHosts.SecondPs);

        Assert.That(hosts.Client.Host.Ports[0].Recoveries, Is.EqualTo(1));
        AssertWire(hosts, data);
        AssertNoStaleHandle(hosts);
    }

    [Test]
    public void Reset_CommandInTheMailbox_EndsInSoftware()
    {
        using var hosts = new TwoHosts();
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        TlsCryptoInfo(hosts, out var info);
        HostSocket second = OpenPlain(hosts);
        second.SetTlsTx(info);
        Assert.That(second.TxState, Is.EqualTo(KtlsState.Installing));

        hosts.Client.Host.Ports[0].Reset();
        hosts.Loop.RunUntil(() => hosts.Client.Host.IsReady, TwoHosts.SecondPs);

        Assert.That((second.TxState, second.TxFallbackReason), Is.EqualTo((KtlsState.Software, KtlsFallbackReason.CardLost)));
        AssertCardEmpty(hosts);
    }

    [TestCase(FirmwareState.Failed)]
    [TestCase(FirmwareState.Absent)]
    public void Firmware_StopsInTransfer_CardIsBroughtUpAnew(FirmwareState state)
    {
        using var hosts = new TwoHosts();
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        byte[] data = KtlsFixture.Pattern(Length, 1);
        Begin(hosts, data);

        hosts.Client.Device.InternalBus.Write(NativeMap.Internal.FirmwareState.Offset, (uint)state);
        Finish(hosts, data);

        Assert.That(hosts.Client.Host.Ports[0].Recoveries, Is.EqualTo(1));
        Assert.That(hosts.ClientSocket.TxFallbackReason, Is.EqualTo(KtlsFallbackReason.CardLost));
        AssertWire(hosts, data);
        AssertNoStaleHandle(hosts);
    }

    [Test]
    public void Firmware_Restarted_NewConnectionsUseTheCardAgain()
    {
        using var hosts = new TwoHosts();
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);

        hosts.Client.Bus.Write(0, NativeMap.Firmware.OffsetOf(NativeMap.Firmware.Control), 4, NativeMap.Firmware.Restart.Mask);
        hosts.Loop.RunUntil(() => hosts.Client.Host.Ports[0].Recoveries == 1 && hosts.Client.Host.IsReady, TwoHosts.SecondPs);
        TlsCryptoInfo(hosts, out var info);
        HostSocket second = OpenPlain(hosts);
        second.SetTlsTx(info);
        hosts.Loop.RunUntil(() => second.TxState != KtlsState.Installing, TwoHosts.SecondPs);

        Assert.That(second.TxState, Is.EqualTo(KtlsState.Device));
    }

    [Test]
    public void Removal_NoOtherPort_SocketsEndAndTheLoopComesToRest()
    {
        using var hosts = new TwoHosts();
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        NicError? error = null;
        TcpCloseReason? reason = null;
        hosts.Client.Host.Failed = e => error = e;
        hosts.ClientSocket.Closed = r => reason = r;
        Begin(hosts, KtlsFixture.Pattern(Length, 1));

        hosts.Client.Bus.IsRemoved = true;
        hosts.Loop.RunUntil(() => reason is not null, 10 * TwoHosts.SecondPs);

        Assert.That((error, reason), Is.EqualTo((NicError.Removed, TcpCloseReason.InterfaceLost)));
        Assert.That(hosts.Client.Bus.Memory.Count, Is.Zero, "no memory stays mapped");
        Assert.That(hosts.Client.Host.Counters.TlsCurrTxDevice, Is.Zero);
        hosts.Loop.RunUntil(static () => false, TwoHosts.SecondPs);
        Assert.That(hosts.Loop.Pending().Where(static t => t.Name.StartsWith("host0", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Close_UnacknowledgedData_ContextLivesUntilAllOfItWasAcknowledged()
    {
        using var hosts = new TwoHosts();
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        byte[] data = KtlsFixture.Pattern(60_000, 1);
        hosts.Client.Network.Outgoing.Profile = new LossProfile { Drop = 1 };
        Assert.That(hosts.ClientSocket.Write(data), Is.EqualTo(data.Length));
        hosts.ClientSocket.Close();
        hosts.Loop.RunUntil(static () => false, TwoHosts.SecondPs / 10);
        int removedWhileLost = hosts.Client.Log.ContextsRemoved;
        ulong packets = Statistic(hosts, NativeMap.Statistics.TxTlsPackets);

        hosts.Client.Network.Outgoing.Profile = new LossProfile();
        hosts.ServerSocket.EndOfStream = hosts.ServerSocket.Close;
        hosts.Loop.RunUntil(() => hosts.Client.Log.ContextsRemoved == 2, 300 * TwoHosts.SecondPs);
        hosts.Loop.RunUntil(static () => false, TwoHosts.SecondPs / 1000);

        Assert.That(removedWhileLost, Is.Zero);
        Assert.That(Statistic(hosts, NativeMap.Statistics.TxTlsPackets), Is.GreaterThan(packets), "what is sent again after close is encrypted by the card");
        Assert.That(hosts.ServerReceived, Is.EqualTo(data));
        Assert.That(Statistic(hosts, NativeMap.Statistics.TxTlsDeleted), Is.EqualTo(1));
        AssertCardEmpty(hosts);
        hosts.AssertClean();
    }

    private static void TlsCryptoInfo(TwoHosts hosts, out NicEmu.Driver.Crypto.TlsCryptoInfo info) => info = hosts.ClientKeys.Tx;

    private static HostSocket OpenPlain(TwoHosts hosts)
    {
        hosts.Server.Host.Listen(80, static _ => { });
        HostSocket socket = hosts.Client.Host.Connect(hosts.ServerAddress, 80);
        hosts.Loop.RunUntil(() => socket.Connection.State == TcpState.Established, TwoHosts.SecondPs);
        return socket;
    }

    /// <summary>Starts to send, and stops when the first records have arrived.</summary>
    private static void Begin(TwoHosts hosts, byte[] data)
    {
        int sent = 0;
        void Push()
        {
            sent += hosts.ClientSocket.Write(data.AsSpan(sent));
        }

        hosts.ClientSocket.Writable = Push;
        Push();
        hosts.Loop.RunUntil(() => hosts.ServerReceived.Count > 0, TwoHosts.SecondPs);
        Assert.That(hosts.ServerReceived, Has.Count.InRange(1, data.Length - 1), "in mid-transfer");
    }

    private static void Finish(TwoHosts hosts, byte[] data)
    {
        hosts.Loop.RunUntil(() => hosts.ServerReceived.Count >= data.Length, 300 * TwoHosts.SecondPs);
        Assert.That(hosts.ServerReceived, Has.Count.EqualTo(data.Length), $"{hosts.ClientSocket.Connection} {hosts.ServerSocket.RxError} {hosts.Client.Host.Nic.State} {hosts.Client.Host.Nic.Error}");
        Assert.That(hosts.ServerReceived, Is.EqualTo(data));
    }

    private static void AssertWire(TwoHosts hosts, byte[] data)
    {
        hosts.AssertNoLeak(data);
        (byte[] content, _) = WireJudge.Open(hosts.Client.Log.Sent, hosts.ClientSocket.Connection.Tuple.LocalPort, hosts.ClientStart, hosts.ClientKeys.Tx);
        Assert.That(content.AsSpan().SequenceEqual(data), Is.True, "what the wire says");
    }

    /// <summary>What the card says of its own tables.</summary>
    private static void AssertCardEmpty(TwoHosts hosts)
    {
        IInternalBus bus = hosts.Client.Device.InternalBus;
        uint[] used = [bus.Read(NativeMap.Internal.KeysUsed.Offset), bus.Read(NativeMap.Internal.TxContextsUsed.Offset), bus.Read(NativeMap.Internal.RxContextsUsed.Offset)];

        Assert.That(used, Is.EqualTo(new uint[3]), "keys, transmit and receive contexts");
    }

    private static void AssertNoStaleHandle(TwoHosts hosts) => Assert.That(hosts.Client.Log.FailedCompletions, Is.Empty);

    private static uint Epoch(TwoHosts hosts) => (uint)hosts.Client.Bus.Read(0, NativeMap.Device.OffsetOf(NativeMap.Device.Epoch), 4);

    private static ulong Statistic(TwoHosts hosts, NicEmu.Spec.Registers.Register counter) => hosts.Client.Host.Nic.ReadCounter(counter);
}
