using NicEmu.Board.Compare;
using NicEmu.Driver.Memory;
using NicEmu.Spec.Tls;
using NUnit.Framework;

namespace NicEmu.Tests.DriverOnDevice.Compare;

/// <summary>What the data paths move for each byte served (facts of the published talks; docs/data-paths.md): counted where it moves, never computed.</summary>
public sealed class PathTests
{
    private const int FileBytes = 1_000_000;

    /// <summary>Stages that move content, and stages that move records, without the card's: read out of the paths' descriptions in docs/data-paths.md.</summary>
    private static readonly (string Id, double K, int Content, int Records)[] Expected =
    [
        ("user", 8, 3, 3), ("user-copy", 10, 5, 3), ("sslstream", 8, 3, 3), ("ktls-write", 8, 5, 1), ("ktls-copy", 10, 7, 1), ("ktls", 5, 1, 2), ("ktls-nt", 4, 1, 1), ("lookaside", 4, 1, 1), ("inline-copy", 4, 2, 0), ("inline", 2, 0, 0), ("plain", 2, 0, 0),
    ];

    private static IEnumerable<TestCaseData> Paths => Expected.Select(static e => new TestCaseData(e.Id, e.K));

    [TestCaseSource(nameof(Paths))]
    public void K_FullRecordsFromStorage_IsThePublishedNumber(string id, double k)
    {
        PathResult result = Run(id, new());

        Assert.That(result.K, Is.EqualTo(k).Within(1).Percent);
        Assert.That(result.K, Is.EqualTo(result.ExpectedK).Within(0.05).Percent);
    }

    [Test, Pairwise]
    public void K_OtherRecordsAndHitRatios_IsTheSumOfTheStages(
        [Values("user", "user-copy", "ktls-write", "ktls", "ktls-nt", "lookaside", "inline", "inline-copy")] string id, [Values(1024, 1000, 4097, 16384)] int record, [Values(0, 0.37, 1)] double hitRatio)
    {
        (_, _, int content, int records) = Expected.Single(e => e.Id == id);
        int full = (FileBytes + record - 1) / record;
        // TLS 1.3 adds header (5), inner type (1) and tag (16) to each record; the alert at the end is a record of two bytes.
        double expansion = ((22.0 * full) + 24) / FileBytes;

        PathResult result = Run(id, new() { RecordPayload = record, HitRatio = hitRatio });

        double h = 1 - ((double)result.Counters[MemoryTraffic.StorageWrite] / FileBytes);
        Assert.That(h, Is.EqualTo(hitRatio).Within(0.5 * PagePool.PageBytes / FileBytes), "to the page");
        Assert.That(result.K, Is.EqualTo(1 - h + content + (records * (1 + expansion)) + 1 + expansion).Within(0.5).Percent);
    }

    [Test]
    public void Wire_PathsWithTheSameKeys_HaveTheSameRecords()
    {
        CompareRun run = CompareRun.Execute(Options(new()), ["user", "user-copy", "ktls-write", "ktls", "ktls-nt", "lookaside", "inline", "inline-copy", "sslstream"]);

        Assert.That(run.Failure, Is.Null);
        Assert.That(run.Rows.Take(8).Select(static r => r.WireSha256).Distinct().Count(), Is.EqualTo(1));
        Assert.That(run.Rows[8].WireSha256, Is.Not.EqualTo(run.Rows[0].WireSha256), "a library that draws its own keys");
        Assert.That(run.Rows.Select(static r => r.Sha256).Distinct().Count(), Is.EqualTo(1));
    }

    [TestCase("user", false)]
    [TestCase("sslstream", false)]
    [TestCase("ktls-write", true)]
    [TestCase("ktls-nt", true)]
    [TestCase("lookaside", true)]
    [TestCase("inline", true)]
    public void KernelFilter_Socket_SeesPlaintextWhereTheKernelHasIt(string id, bool plaintext)
    {
        PathResult result = Run(id, new());

        Assert.That(result.KernelSaw.Length, Is.EqualTo(64));
        Assert.That(result.KernelSawPlaintext, Is.EqualTo(plaintext));
        Assert.That(result.KernelSaw.Span[..3].SequenceEqual<byte>([23, 3, 3]), Is.EqualTo(!plaintext), "the header of a record, RFC 8446 §5.2");
    }

    [TestCase("user", 2)]
    [TestCase("ktls-write", 2)]
    [TestCase("ktls-nt", 0.2)]
    public void Syscalls_EachRecord_AreTwoWithoutSendfile(string id, double most)
    {
        PathResult result = Run(id, new());

        Assert.That(result.PerRecord(MemoryEvent.Syscalls), most >= 2 ? Is.EqualTo(most).Within(0.05) : Is.LessThan(most));
    }

    [TestCase("lookaside", 4)]
    [TestCase("ktls-nt", 2)]
    [TestCase("user", 2)]
    public void PcieCrossings_EachByte_AreTwiceAsManyWithALookasideAccelerator(string id, double crossings)
    {
        PathResult result = Run(id, new());

        Assert.That(result.PcieCrossings, Is.EqualTo(crossings).Within(1).Percent);
    }

    [Test, Combinatorial]
    public void Record_VersionsAndCiphers_AreServedByEveryPath(
        [Values("user", "sslstream", "ktls-write", "ktls-nt", "lookaside", "inline", "inline-copy")] string id, [Values] TlsVersion version, [Values(TlsCipher.Aes256Gcm, TlsCipher.ChaCha20Poly1305)] TlsCipher cipher)
    {
        PathResult result = Run(id, new() { Version = version, Cipher = cipher, Content = StorageContent.Seeded(100_001, 9) });

        Assert.That(result.Wire!.ContentBytes, Is.EqualTo(100_001));
    }

    [Test]
    public void Page_TableOfPaths_NamesTheOnesExpectedHere()
    {
        string[] rows = [.. File.ReadLines(Path.Combine(SourceTree.Root, "docs", "data-paths.md")).Where(static l => l.StartsWith("| `", StringComparison.Ordinal)).Select(static l => l.Split('`')[1])];

        Assert.That(rows, Is.SupersetOf(Expected.Select(static e => e.Id)));
        Assert.That(PathCatalogue.Ids, Is.SubsetOf(rows));
    }

    [Test]
    public void Card_PlainPath_EveryByteOfItsDmaIsCountedOnce()
    {
        PathResult result = Run("plain", new() { Loss = 0.02 });

        long counted = ((MemoryTraffic[])[MemoryTraffic.NicRead, MemoryTraffic.NicWrite, MemoryTraffic.ReplayRead, MemoryTraffic.Metadata]).Sum(k => result.Counters[k]);
        Assert.That(result.CardBytes, Is.EqualTo(counted), "where the processor writes no metadata of its own");
        Assert.That(result.CardBytes, Is.GreaterThan(FileBytes));
    }

    [TestCase("user", 0)]
    [TestCase("sslstream", 0)]
    [TestCase("ktls", 0)]
    [TestCase("lookaside", 0)]
    [TestCase("inline", 2)]
    public void Card_Contexts_AreThereOnlyWhereItEncrypts(string id, int contexts)
    {
        PathResult result = CompareRig.Run(PathCatalogue.Create(id), Options(new()), clients: 2);

        Assert.That((result.Failure, result.CardContexts), Is.EqualTo(((string?)null, contexts)));
    }

    [TestCase("user")]
    [TestCase("ktls-nt")]
    [TestCase("lookaside")]
    public void K_FramesAreLost_GrowsByWhatTheCardReadsAgain(string id)
    {
        PathResult result = Run(id, new() { Loss = 0.02, Reorder = 0.02 });

        Assert.That(result.P, Is.GreaterThan(0.01));
        Assert.That(result.Counters[MemoryTraffic.NicRead], Is.EqualTo(result.StreamBytes + result.BytesAgain), "each byte once, and those that were sent again once more");
        Assert.That(result.Counters[MemoryTraffic.ReplayRead], Is.Zero, "ciphertext needs no place in a record");
    }

    [TestCase("user")]
    [TestCase("ktls-nt")]
    [TestCase("lookaside")]
    public void Serve_SecondClientOfTheSameFile_GetsOtherCiphertextFromTheSamePages(string id)
    {
        PathResult result = CompareRig.Run(PathCatalogue.Create(id), Options(new()), clients: 2);

        Assert.That(result.Failure, Is.Null, "the page cache still holds plaintext, and both clients got the file");
        Assert.That(result.PayloadBytes, Is.EqualTo(2 * FileBytes));
        Assert.That(result.OtherWireSha256.Single(), Is.Not.EqualTo(result.WireSha256), "keys belong to connections");
        Assert.That(result.Counters[MemoryTraffic.StorageWrite], Is.EqualTo(FileBytes), "storage brought it once");
        Assert.That(result.K, Is.EqualTo(result.ExpectedK).Within(0.1).Percent, "it was encrypted twice");
    }

    [TestCase("user")]
    [TestCase("user-copy")]
    [TestCase("sslstream")]
    [TestCase("ktls-write")]
    [TestCase("ktls")]
    [TestCase("ktls-nt")]
    [TestCase("lookaside")]
    [TestCase("inline")]
    [TestCase("inline-copy")]
    [TestCase("plain")]
    public void Serve_PagesChangedInMemory_AreWhatTheClientGets(string id)
    {
        PathResult result = Run(id, new() { HitRatio = 1, ChangesCachedPages = true });

        Assert.That(result.Counters[MemoryTraffic.StorageWrite], Is.Zero);
    }

    internal static PathResult Run(string id, CompareOptions options)
    {
        PathResult result = CompareRig.Run(PathCatalogue.Create(id), Options(options));
        Assert.That(result.Failure, Is.Null);
        return result;
    }

    private static CompareOptions Options(CompareOptions options) =>
        options with { Audit = true, Content = options.Content.Length == CompareOptions.DefaultFileBytes ? StorageContent.Seeded(FileBytes, 5) : options.Content };
}
