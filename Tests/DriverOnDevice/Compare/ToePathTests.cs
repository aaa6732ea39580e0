using NicEmu.Board.Compare;
using NicEmu.Driver.Memory;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Compare;

/// <summary>The data path whose TCP is the card's: memory of the host is read once whatever is lost, and the host hears of nothing.</summary>
public sealed class ToePathTests
{
    private const int FileBytes = 600_000;

    [Test]
    public void K_FullRecordsFromStorage_IsTwo([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        PathResult result = Run(new() { Version = version, Cipher = cipher });

        Assert.That(result.K, Is.EqualTo(2).Within(0.01).Percent);
        Assert.That(result.PcieCrossings, Is.EqualTo(2).Within(0.01).Percent);
        Assert.That(result.Counters[MemoryEvent.Copies], Is.Zero);
        Assert.That(result.Path.CardStateBytes, Is.GreaterThan(100_000), "TCP state, keys and buffers, DESIGN §3.1");
    }

    [Test, Pairwise]
    public void K_OtherRecordsAndHitRatios_IsStorageAndOneReading([Values(64, 1000, 4097, 16384)] int record, [Values(0, 0.37, 1)] double hitRatio)
    {
        PathResult result = Run(new() { RecordPayload = record, HitRatio = hitRatio });

        Assert.That(result.K, Is.EqualTo(1 - result.HitRatio + 1).Within(0.5).Percent);
        Assert.That(result.HitRatio, Is.EqualTo(hitRatio).Within(1.0 * PagePool.PageBytes / FileBytes));
    }

    [Test]
    public void Loss_Retransmissions_ComeFromCardMemory()
    {
        PathResult result = Run(new() { Loss = 0.03 });

        Assert.That(result.BytesAgain, Is.Positive);
        Assert.That(result.CardRetransmitBytes, Is.GreaterThanOrEqualTo(result.BytesAgain), "frames, so headers too");
        Assert.That(result.Counters[MemoryTraffic.NicRead], Is.EqualTo(FileBytes), "each byte of the file once");
        Assert.That(result.Counters[MemoryTraffic.ReplayRead], Is.Zero);
        Assert.That(result.CardMemoryBytes, Is.GreaterThan(2L * FileBytes));
    }

    [Test]
    public void Host_ServingWithLoss_HearsOfNoSegmentAndNoAcknowledgment()
    {
        PathResult toe = Run(new() { Loss = 0.02 });
        PathResult plain = CompareRig.Run(PathCatalogue.Create("plain"), Options(new() { Loss = 0.02 }));

        Assert.That(toe.Counters[MemoryEvent.RxCompletions], Is.Zero);
        Assert.That(toe.Counters[MemoryTraffic.NicWrite], Is.Zero);
        Assert.That(plain.Counters[MemoryEvent.RxCompletions], Is.Positive, "the same acknowledgments by another path");
    }

    [TestCase(16384)]
    [TestCase(1000)]
    public void Wire_SameKeysAsKernelTls_HasTheSameRecords(int record)
    {
        CompareRun run = CompareRun.Execute(Options(new() { RecordPayload = record }), ["toe", "ktls", "inline"]);

        Assert.That(run.Failure, Is.Null);
        Assert.That(run.Rows.Select(static r => r.WireSha256).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Clients_SecondOne_HasRecordsOfItsOwn()
    {
        PathResult result = CompareRig.Run(PathCatalogue.Create("toe"), Options(new()), clients: 2);

        Assert.That(result.Failure, Is.Null);
        Assert.That(result.OtherWireSha256, Has.Count.EqualTo(1).And.No.Member(result.WireSha256));
    }

    private static PathResult Run(CompareOptions options)
    {
        PathResult result = CompareRig.Run(PathCatalogue.Create("toe"), Options(options));

        Assert.That(result.Failure, Is.Null);
        return result;
    }

    private static CompareOptions Options(CompareOptions options) => options with { Content = StorageContent.Seeded(FileBytes, 3), Audit = true };
}
