using NicEmu.Driver.Kernel;
using NicEmu.Driver.Ktls;
using NicEmu.Spec.Testing;
using NicEmu.Spec.Tls;
using NicEmu.Tests.Unit.Driver;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Driver;

/// <summary>A host that joins received segments gets what the other sent, whatever the network does, and its card is helped as before.</summary>
[TestFixture]
public sealed class ReceiveCoalescingTests
{
    [Test, Combinatorial]
    public void Transfer_SegmentsJoined_ArrivesUnchanged([Values] TlsVersion version, [Values(0.0, 0.03)] double bad, [Values] bool ipv6)
    {
        using var hosts = new TwoHosts(server: Joining(), ipv6: ipv6);
        hosts.Open(version, TlsCipher.Aes128Gcm);
        hosts.Client.Network.Outgoing.Profile = new() { Drop = bad, Reorder = bad, Duplicate = bad, Corrupt = bad / 3 };
        byte[] data = KtlsFixture.Pattern(600_000, 1);

        hosts.ClientToServer(data);

        KtlsCounters counters = hosts.Server.Host.Counters;
        Assert.That(counters.RxGroSegments, Is.GreaterThan(10));
        Assert.That(counters.RxGroPackets, Is.GreaterThanOrEqualTo(2 * counters.RxGroSegments));
        Assert.That(counters.RxRecordsDevice, Is.GreaterThan(0));
        Assert.That(counters.TlsDecryptError, Is.Zero);
        if (bad > 0) Assert.That((counters.RxRecordsMixed > 0, counters.RxRecordsSoftware > 0), Is.EqualTo((true, true)), "neighbours of both kinds");
        else Assert.That(counters.RxTlsDecryptedPackets, Is.GreaterThan(600_000 / 1460), "each is counted");
        hosts.AssertNoFindings();
    }

    [Test]
    public void Transfer_SwitchedInMidStream_ArrivesUnchanged()
    {
        using var hosts = new TwoHosts(server: Joining());
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);
        byte[] data = KtlsFixture.Pattern(200_000, 1);
        hosts.ClientToServer(data);
        long joined = hosts.Server.Host.Counters.RxGroPackets;

        hosts.Server.Host.SetFeature(DriverFeature.ReceiveCoalescing, false);
        hosts.ClientToServer(data);
        Assert.That((joined > 0, hosts.Server.Host.Counters.RxGroPackets), Is.EqualTo((true, joined)), "off");

        hosts.Server.Host.SetFeature(DriverFeature.ReceiveCoalescing, true);
        hosts.ClientToServer(data);
        Assert.That(hosts.Server.Host.Counters.RxGroPackets, Is.GreaterThan(joined), "on again");
    }

    [Test]
    public void Transfer_ChecksumsNotTheCards_OnlyDecryptedSegmentsAreJoined()
    {
        using var hosts = new TwoHosts(server: Joining() with { OffloadRx = false });
        hosts.Server.Host.SetFeature(DriverFeature.ReceiveChecksum, false);
        hosts.Open(TlsVersion.Tls13, TlsCipher.Aes128Gcm);

        hosts.ClientToServer(KtlsFixture.Pattern(200_000, 1));

        Assert.That(hosts.Server.Host.Counters.RxGroPackets, Is.Zero, "a checksum over a joined segment cannot be checked");
    }

    /// <summary>Moderated interrupts: several frames wait when the driver looks.</summary>
    private static HostOptions Joining() => new() { ReceiveCoalescing = true, Nic = new() { ModerationUs = 50 } };
}
