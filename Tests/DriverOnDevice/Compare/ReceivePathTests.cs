using NicEmu.Board.Compare;
using NicEmu.Driver.Memory;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Compare;

/// <summary>What receiving with inline TLS moves for each byte (docs/driver.md): 3 in order, 5 + 2d for a record of which the card decrypted d, 5 untouched.</summary>
public sealed class ReceivePathTests
{
    private const int FileBytes = 1_000_000;

    [Test, Combinatorial]
    public void K_InOrder_IsThree([Values] TlsVersion version, [Values] TlsCipher cipher)
    {
        ReceiveResult run = Run(new() { Version = version, Cipher = cipher });

        Assert.That(run.RecordsByCard, Is.EqualTo(run.Result.Records + 1), "and the alert");
        Assert.That(run.Result.K, Is.EqualTo(3).Within(1).Percent);
        Assert.That(run.Result.K, Is.EqualTo(3 * (1 + run.Result.Expansion)).Within(0.5).Percent);
        Assert.That(run.Result.KernelSawPlaintext, Is.True);
    }

    [Test]
    public void K_CardDoesNotDecrypt_IsFive()
    {
        ReceiveResult run = Run(new(), byCard: false);

        Assert.That((run.RecordsByCard, run.RecordsUntouched), Is.EqualTo((0L, run.Result.Records + 1)));
        Assert.That(run.Result.K, Is.EqualTo(5).Within(1).Percent);
    }

    [TestCase(0.01, 0)]
    [TestCase(0.03, 0.02)]
    public void K_BadNetwork_EachRecordPaysForItself(double loss, double reorder)
    {
        ReceiveResult run = Run(new() { Loss = loss, Reorder = reorder });

        double records = run.RecordsByCard + run.RecordsMixed + run.RecordsUntouched;
        double opened = (run.RecordsMixed + run.RecordsUntouched) / records;
        double share = run.RecordsMixed / records;
        double arrived = run.Result.PerByte(MemoryTraffic.NicWrite);
        Assert.That(run.RecordsMixed, Is.Positive);
        Assert.That(run.Decrypted, Is.InRange(0.05, 0.95));
        Assert.That(run.Result.K, Is.EqualTo(arrived + 2 + (2 * opened) + (2 * share * run.Decrypted)).Within(1).Percent, "5 + 2d for mixed records, 5 for others, 3 for the card's; what arrived twice was written twice");
    }

    [TestCase("inline-rx", 0)]
    [TestCase("inline-rx", 0.02)]
    [TestCase("ktls-rx", 0.02)]
    public void Compare_ReceivingPath_IsOneOfTheRowsAndCountsAsExpected(string id, double loss)
    {
        CompareRun run = CompareRun.Execute(new CompareOptions { Content = StorageContent.Seeded(FileBytes, 5), Loss = loss, Audit = true }, ["inline", id]);

        Assert.That(run.Failure, Is.Null);
        Assert.That(run.Rows[1].Path.Id, Is.EqualTo(id));
        // Records count alike in what is expected, but the last one and the alert are shorter.
        Assert.That(run.Rows[1].K, Is.EqualTo(run.Rows[1].ExpectedK).Within(loss > 0 ? 1 : 0.5).Percent);
        Assert.That(run.Rows[1].WireSha256, Is.EqualTo(run.Rows[0].WireSha256));
    }

    [Test]
    public void Wire_SameKeysAsTheServingPaths_SameRecords()
    {
        ReceiveResult run = Run(new());
        PathResult served = CompareRig.Run(PathCatalogue.Create("inline"), new CompareOptions { Content = StorageContent.Seeded(FileBytes, 5) });

        Assert.That(run.Result.WireSha256, Is.EqualTo(served.WireSha256));
        Assert.That(run.Result.Sha256, Is.EqualTo(served.Sha256));
    }

    private static ReceiveResult Run(CompareOptions options, bool byCard = true)
    {
        ReceiveResult run = ReceiveRig.Run(options with { Audit = true, Content = StorageContent.Seeded(FileBytes, 5) }, byCard);
        Assert.That(run.Result.Failure, Is.Null);
        Assert.That(run.Result.Sha256, Is.EqualTo(run.Result.ExpectedSha256));
        return run;
    }
}
