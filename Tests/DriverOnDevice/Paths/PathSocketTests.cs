using NicEmu.Board.Links;
using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Driver.Memory;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Native;
using NicEmu.Spec.Tls;
using NicEmu.Tests.DriverOnDevice.Driver;
using NicEmu.Tests.DriverOnDevice.Lifecycle;
using NicEmu.Tests.Unit.Driver;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Paths;

/// <summary>A socket that refers to memory of others: the card reads it, nobody copies it, and it stays as it is until nobody needs it.</summary>
[TestFixture]
public sealed class PathSocketTests
{
    private const int Length = 300_000;

    private static readonly LossProfile Bad = new() { Drop = 0.03, Reorder = 0.02, Duplicate = 0.01 };

    [Test, Combinatorial]
    public void Plain_BadNetwork_CardReadsLentMemory([Values] bool ipv6)
    {
        using var flow = new PathFlow(ipv6: ipv6, content: KtlsFixture.Pattern(Length, 5));
        flow.OpenPlain();
        flow.Hosts.Client.Network.Outgoing.Profile = Bad;

        flow.Send(10_000);

        Assert.That(flow.Host.Stack.Statistics.SegmentsRetransmitted, Is.Positive);
        Assert.That(flow.Lent.BytesLoaded + flow.Meter[MemoryTraffic.CpuRead] + flow.Meter[MemoryTraffic.CpuWrite], Is.Zero, "the processor touches nothing");
        flow.AssertAllReturned();
        flow.Hosts.AssertClean();
    }

    [Test]
    public void Plain_AcknowledgedWhileARepetitionWaitsInTheRing_MemoryStaysAsItIs()
    {
        using var flow = new PathFlow(content: KtlsFixture.Pattern(1000, 5));
        flow.OpenPlain();
        EventLog log = flow.Hosts.Client.Log;
        int before = log.Sent.Count;
        DmaPiece[] pieces = flow.Lent.Lend(0, 1000);
        flow.Socket.TrySend(pieces, flow.Lent);
        flow.Hosts.Loop.RunUntil(() => log.Sent.Count > before, TwoHosts.SecondPs);
        byte[] first = log.Sent[before];
        NicTxQueue ring = flow.Host.Nic.TxQueue(0);
        ring.PostData(new() { Headers = first.AsSpan(0, first.Length - 1000), Payload = new TxBytes(pieces, flow) });

        flow.Hosts.Loop.RunUntil(() => flow.Socket.Connection.SendUnacknowledged == flow.Socket.Connection.SendSequence, TwoHosts.SecondPs);
        int lentWhenAcknowledged = flow.Lent.Lent;
        flow.Hosts.Loop.RunUntil(() => flow.Socket.PiecesHeld == 0, TwoHosts.SecondPs);

        Assert.That(lentWhenAcknowledged, Is.EqualTo(1));
        Assert.That(log.Sent[before + 1], Is.EqualTo(first), "the repetition, read from the ring afterwards");
        flow.AssertAllReturned();
    }

    [Test]
    public void Plain_Write_OneCopyToPages()
    {
        using var flow = new PathFlow();
        flow.OpenPlain();
        byte[] data = KtlsFixture.Pattern(20_000, 3);

        int taken = flow.Socket.Write(data);
        flow.Hosts.Loop.RunUntil(() => flow.Received.Count == data.Length, TwoHosts.SecondPs);

        Assert.That(taken, Is.EqualTo(data.Length));
        Assert.That(flow.Received, Is.EqualTo(data));
        Assert.That((flow.Meter[MemoryTraffic.CpuRead], flow.Meter[MemoryTraffic.CpuWrite]), Is.EqualTo((0L, 20_000L)));
        flow.AssertAllReturned();
        flow.Hosts.AssertClean();
    }

    [Test, Combinatorial]
    public void Tls_BadNetwork_CardEncryptsWhatItReads([Values] TlsVersion version, [Values] TlsCipher cipher, [Values] TxStrategy strategy)
    {
        bool ipv6 = ((int)strategy + (int)cipher) % 2 == 0;
        using var flow = new PathFlow(new() { Strategy = strategy, RetransmitLimitPercent = 100 }, ipv6, content: KtlsFixture.Pattern(Length, 5));
        flow.OpenTls(version, cipher);
        flow.Hosts.Client.Network.Outgoing.Profile = Bad;
        long copied = flow.Meter[MemoryTraffic.CpuWrite];

        flow.Send(7000);

        Assert.That(flow.Socket.TxState, Is.EqualTo(KtlsState.Device));
        Assert.That(flow.Host.Counters.TxTlsEncryptedPackets, Is.Positive);
        if (strategy is TxStrategy.Reposition or TxStrategy.Rebuild)
        {
            Assert.That(flow.Host.Counters.TxTlsReplayBytes, Is.Positive);
            Assert.That(flow.Lent.BytesLoaded, Is.Zero, "the card reads records again by itself");
            Assert.That(flow.Meter[MemoryTraffic.CpuWrite] - copied, Is.Zero);
        }

        AssertWire(flow, 7000);
        flow.AssertAllReturned();
        flow.Hosts.AssertClean();
        flow.Hosts.AssertNoLeak(flow.Content);
    }

    [Test]
    public void Tls_RetransmitLimitExceeded_SoftwareLoadsAndStoresCounted()
    {
        using var flow = new PathFlow(new() { RetransmitLimitPercent = 1, RetransmitLimitMinimumBytes = 50_000 }, content: KtlsFixture.Pattern(Length, 5));
        flow.OpenTls(TlsVersion.Tls13, TlsCipher.Aes256Gcm);
        flow.Hosts.Client.Network.Outgoing.Profile = Bad;
        long copied = flow.Meter[MemoryTraffic.CpuWrite];

        flow.Send(16384);

        Assert.That((flow.Socket.TxState, flow.Socket.TxFallbackReason), Is.EqualTo((KtlsState.Software, KtlsFallbackReason.Retransmits)));
        Assert.That(flow.Lent.BytesLoaded, Is.Positive, "records are loaded to be encrypted");
        Assert.That(flow.Meter[MemoryTraffic.CpuWrite] - copied, Is.Positive, "and stored where the card reads them");
        Assert.That(flow.Host.Nic.ReadCounter(NativeMap.Statistics.TxTlsDeleted), Is.EqualTo(1UL));
        AssertWire(flow, 16384);
        flow.AssertAllReturned();
        flow.Hosts.AssertClean();
    }

    [Test]
    public void Tls_FeatureOff_EveryRecordIsLoadedAndStoredOnce()
    {
        using var flow = new PathFlow(new() { OffloadTx = false }, content: KtlsFixture.Pattern(Length, 5));
        flow.OpenTls(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        flow.Hosts.Client.Network.Outgoing.Profile = Bad;
        long copied = flow.Meter[MemoryTraffic.CpuWrite];

        flow.Send(10_000);

        Assert.That(flow.Socket.TxState, Is.EqualTo(KtlsState.Software));
        Assert.That(flow.Lent.BytesLoaded, Is.EqualTo(Length));
        Assert.That(flow.Meter[MemoryTraffic.CpuWrite] - copied, Is.EqualTo(Length + (30 * 22)), "30 records of 5 + 1 + 16 bytes more");
        AssertWire(flow, 10_000);
        flow.AssertAllReturned();
        flow.Hosts.AssertClean();
    }

    [TestCase(TlsVersion.Tls12, TlsCipher.Aes128Gcm, TxStrategy.Reposition)]
    [TestCase(TlsVersion.Tls13, TlsCipher.ChaCha20Poly1305, TxStrategy.NextRecord)]
    public void Tls_RouteMovesAndReturns_NoPlaintextOnEitherPort(TlsVersion version, TlsCipher cipher, TxStrategy strategy)
    {
        using var flow = new PathFlow(new() { Strategy = strategy, RetransmitLimitPercent = 100 }, secondPort: true, content: KtlsFixture.Pattern(Length, 5));
        flow.OpenTls(version, cipher);
        flow.Hosts.Client.Network.Outgoing.Profile = new() { Drop = 0.02 };
        flow.Hosts.Spare!.Network.Outgoing.Profile = new() { Drop = 0.02 };
        int moves = 0;

        flow.Send(5000, sent =>
        {
            if (sent > (moves + 1) * Length / 8) flow.Host.RouteBy(flow.Host.Ports[++moves % 2]);
        });

        Assert.That(flow.Host.Counters.TxTlsOtherPort, Is.Positive);
        Assert.That(flow.Host.Ports[1].Nic.ReadCounter(NativeMap.Statistics.TxTlsPackets), Is.Zero, "the other card never encrypts");
        AssertWire(flow, 5000);
        flow.AssertAllReturned();
        flow.Hosts.AssertNoLeak(flow.Content);
        flow.Hosts.AssertNoFindings();
    }

    [TestCase(TxStrategy.Reposition)]
    [TestCase(TxStrategy.Rebuild)]
    [TestCase(TxStrategy.NextRecord)]
    public void Tls_CardCannotReadTheMemory_SoftwareSendsAgain(TxStrategy strategy)
    {
        using var flow = new PathFlow(new() { Strategy = strategy }, content: KtlsFixture.Pattern(Length, 5));
        flow.OpenTls(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        ulong address = flow.Memory.Frames.BusAddress;
        flow.Hosts.Client.Port.FailRange(address, (ulong)flow.Memory.Frames.Length);

        flow.Send(4000, sent =>
        {
            if (sent >= 80_000 && flow.Host.Counters.TxTlsErrors > 0) flow.Hosts.Client.Port.Heal();
        });

        Assert.That(flow.Host.Counters.TxTlsErrors, Is.Positive);
        Assert.That(flow.Host.Counters.TxTlsFallback, Is.Positive);
        AssertWire(flow, 4000);
        flow.AssertAllReturned();
        flow.Hosts.AssertNoLeak(flow.Content);
    }

    [Test]
    public void Tls_MemoryChangesBetweenTransmissions_Reported()
    {
        using var flow = new PathFlow(new() { RetransmitLimitPercent = 100 }, content: KtlsFixture.Pattern(16_000, 5));
        flow.OpenTls(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        var reused = new List<NonceReuse>();
        flow.Socket.NonceReused = reused.Add;
        flow.Hosts.Client.Network.Outgoing.Profile = new() { Drop = 1 };
        flow.Socket.TrySend(flow.Lent.Lend(0, 16_000), flow.Lent);
        flow.Hosts.Loop.RunUntil(() => flow.Host.Counters.TxTlsEncryptedPackets > 0, TwoHosts.SecondPs);

        flow.Lent.Change(100, 0x55);
        flow.Hosts.Client.Network.Outgoing.Profile = LossProfile.None;
        flow.Hosts.Loop.RunUntil(() => flow.Received.Count == 16_000, 10 * TwoHosts.SecondPs);

        Assert.That(reused, Is.EqualTo(new[] { new NonceReuse(flow.Keys.Tx.RecordSequence, flow.Start, 16_022) }));
        Assert.That(flow.Host.Counters.TxTlsNonceReuse, Is.EqualTo(1));
        Assert.That(flow.Received[100], Is.EqualTo(0x55), "each transmission takes what the memory holds then");
    }

    private static void AssertWire(PathFlow flow, int record)
    {
        IEnumerable<byte[]> frames = flow.Hosts.Client.Log.Sent.Concat(flow.Hosts.Spare?.Log.Sent ?? []);
        (byte[] content, int[] records) = WireJudge.Open(frames, flow.Socket.Connection.Tuple.LocalPort, flow.Start, flow.Keys.Tx);
        Assert.That(content.AsSpan().SequenceEqual(flow.Content), Is.True, "what BouncyCastle finds on the wire");
        Assert.That(records, Is.EqualTo(new[] { (flow.Content.Length + record - 1) / record }));
    }
}
