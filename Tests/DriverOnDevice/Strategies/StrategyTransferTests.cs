using NicEmu.Board.Links;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Native;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;
using NicEmu.Tests.DriverOnDevice.Driver;
using NicEmu.Tests.Unit.Driver;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Strategies;

/// <summary>Every strategy with a real card: what leaves is what software would have sent, whatever is lost.</summary>
[TestFixture]
public sealed class StrategyTransferTests
{
    private const int Long = 300_000;

    private static readonly LossProfile Bad = new() { Drop = 0.03, Reorder = 0.02, Duplicate = 0.01 };

    [Test, Combinatorial]
    public void Transfer_BadNetwork_SameStreamAsSoftware([Values] TlsVersion version, [Values] TlsCipher cipher, [Values] TxStrategy strategy)
    {
        byte[] data = KtlsFixture.Pattern(Long, 5);
        using TwoHosts card = Open(new() { Strategy = strategy, MaxRecordPayload = 7000, RetransmitLimitPercent = 100 }, version, cipher);
        using TwoHosts software = Open(new() { OffloadTx = false, MaxRecordPayload = 7000 }, version, cipher);

        byte[] byCard = Send(card, data);
        byte[] bySoftware = Send(software, data);

        Assert.That(card.ClientSocket.TxState, Is.EqualTo(KtlsState.Device));
        Assert.That(card.Client.Host.Counters.TxTlsOoo, strategy == TxStrategy.Range ? Is.Zero : Is.Positive, "with no place there is no order");
        Assert.That(card.Client.Host.Counters.TxTlsEncryptedPackets, Is.Positive);
        Assert.That(card.Client.Host.Counters.TxTlsDropNoSyncData + card.Client.Host.Counters.TxTlsDropBypassReq, Is.Zero);
        Assert.That(byCard.AsSpan().SequenceEqual(bySoftware), Is.True);
        card.AssertClean();
        card.AssertNoLeak(data);
    }

    [TestCase(TlsVersion.Tls12)]
    [TestCase(TlsVersion.Tls13)]
    public void NextRecord_CardLosesItsPlace_IsToldTheNextRecordAndGoesOn(TlsVersion version)
    {
        using var hosts = new TwoHosts(new() { Strategy = TxStrategy.NextRecord, MaxRecordPayload = 4000 });
        hosts.Open(version, TlsCipher.Aes128Gcm);
        byte[] data = KtlsFixture.Pattern(100_000, 1);
        DmaBuffer arena = hosts.Client.Host.Nic.TxQueue(0).ArenaMemory;
        hosts.Client.Port.FailRange(arena.BusAddress, (ulong)arena.Length);
        hosts.ClientSocket.Write(data);
        hosts.Loop.RunUntil(() => hosts.Client.Host.Counters.TxTlsErrors > 0, TwoHosts.SecondPs);
        hosts.Client.Port.Heal();
        hosts.Loop.RunUntil(() => hosts.ServerReceived.Count == data.Length, 60 * TwoHosts.SecondPs);
        long before = hosts.Client.Host.Counters.TxTlsEncryptedBytes;

        hosts.ClientToServer(data);

        KtlsCounters counters = hosts.Client.Host.Counters;
        Assert.That((counters.TxTlsResyncRequests, counters.TxTlsResyncs, counters.TxTlsResyncFailures), Is.EqualTo((1L, 1L, 0L)));
        Assert.That(counters.TxTlsEncryptedBytes - before, Is.GreaterThan(data.Length), "the card encrypts again");
        Assert.That(counters.TxTlsReplayBytes, Is.Zero);
        Assert.That(hosts.ClientSocket.TxState, Is.EqualTo(KtlsState.Device));
        Assert.That(hosts.Client.Log.GuestErrors, Has.All.StartWith("DmaFault"), "only what the test did");
        hosts.AssertNoLeak(data);
    }

    [TestCase(TlsVersion.Tls12)]
    [TestCase(TlsVersion.Tls13)]
    public void Rebuild_CardLosesItsPlace_IsPlacedAnewAndGoesOn(TlsVersion version)
    {
        using var hosts = new TwoHosts(new() { Strategy = TxStrategy.Rebuild, MaxRecordPayload = 4000 });
        hosts.Open(version, TlsCipher.Aes128Gcm);
        byte[] data = KtlsFixture.Pattern(100_000, 1);
        DmaBuffer arena = hosts.Client.Host.Nic.TxQueue(0).ArenaMemory;
        hosts.Client.Port.FailRange(arena.BusAddress, (ulong)arena.Length);
        hosts.ClientSocket.Write(data);
        hosts.Loop.RunUntil(() => hosts.Client.Host.Counters.TxTlsErrors > 0, TwoHosts.SecondPs);
        hosts.Client.Port.Heal();
        hosts.Loop.RunUntil(() => hosts.ServerReceived.Count == data.Length, 60 * TwoHosts.SecondPs);
        long before = hosts.Client.Host.Counters.TxTlsEncryptedBytes;

        hosts.ClientToServer(data);

        Assert.That(hosts.Client.Host.Counters.TxTlsEncryptedBytes - before, Is.GreaterThan(data.Length), "the card encrypts again");
        Assert.That(hosts.ClientSocket.TxState, Is.EqualTo(KtlsState.Device));
        hosts.AssertNoLeak(data);
    }

    [Test]
    public void RetransmitLimit_Exceeded_LeavesTheCardAndItsSlot()
    {
        using TwoHosts hosts = Open(new() { RetransmitLimitPercent = 1, RetransmitLimitMinimumBytes = 50_000 }, TlsVersion.Tls13, TlsCipher.Aes256Gcm);

        Send(hosts, KtlsFixture.Pattern(Long, 5));

        Assert.That((hosts.ClientSocket.TxState, hosts.ClientSocket.TxFallbackReason), Is.EqualTo((KtlsState.Software, KtlsFallbackReason.Retransmits)));
        KtlsCounters counters = hosts.Client.Host.Counters;
        Assert.That((counters.IfnetDisableOk, counters.TlsTxDevice, counters.TlsCurrTxDevice, counters.TlsCurrTxSw), Is.EqualTo((1L, 1L, 0L, 1L)));
        Assert.That(hosts.Client.Host.Nic.ReadCounter(NativeMap.Statistics.TxTlsDeleted), Is.EqualTo(1UL));
        hosts.AssertClean();
    }

    [Test]
    public void RetransmitLimit_BelowTheMinimumVolume_StaysInTheCard()
    {
        using TwoHosts hosts = Open(new() { RetransmitLimitPercent = 0.1 }, TlsVersion.Tls13, TlsCipher.Aes128Gcm);

        Send(hosts, KtlsFixture.Pattern(Long, 5));

        Assert.That(hosts.ClientSocket.TxSession!.Volume.Again, Is.Positive);
        Assert.That((hosts.ClientSocket.TxState, hosts.ClientSocket.TxFallbackReason), Is.EqualTo((KtlsState.Device, KtlsFallbackReason.None)));
    }

    [Test]
    public void Fallback_FeatureOff_IsTheReason()
    {
        using TwoHosts hosts = Open(new() { OffloadTx = false, OffloadRx = false }, TlsVersion.Tls13, TlsCipher.Aes128Gcm);

        Assert.That((hosts.ClientSocket.TxFallbackReason, hosts.ClientSocket.RxFallbackReason), Is.EqualTo((KtlsFallbackReason.FeatureOff, KtlsFallbackReason.FeatureOff)));
    }

    private static TwoHosts Open(HostOptions client, TlsVersion version, TlsCipher cipher)
    {
        var hosts = new TwoHosts(client);
        hosts.Open(version, cipher);
        hosts.Client.Network.Outgoing.Profile = Bad;
        return hosts;
    }

    /// <summary>Sends, and returns what went over the wire, joined by sequence number.</summary>
    private static byte[] Send(TwoHosts hosts, byte[] data)
    {
        uint start = hosts.ClientSocket.Connection.SendSequence;
        hosts.ClientToServer(data);
        hosts.Loop.RunUntil(static () => false, TwoHosts.SecondPs);
        return TlsTransferTests.Joined(hosts, start);
    }
}
