using NicEmu.Driver.Memory;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Memory;

public sealed class PageCacheTests
{
    private const int Pages = 25;
    private const int Length = (Pages * PagePool.PageBytes) - 100;

    private readonly StorageContent _content = StorageContent.Seeded(Length, 7);
    private FakeScheduler _time = null!;
    private MemoryMeter _meter = null!;
    private PageCache _cache = null!;
    private Storage _storage = null!;

    [SetUp]
    public void Prepare()
    {
        (_time, _meter) = (new(), new());
        _cache = new(new(new TestBus(), _meter, Pages, "page cache"));
        _storage = new(_time, _meter, _content);
    }

    [TestCase(0, 0)]
    [TestCase(0.5, 13)]
    [TestCase(1, Pages)]
    public void Open_HitRatio_IsExactToThePage(double ratio, int resident)
    {
        CachedFile file = _cache.Open(_storage, ratio, 3);

        int there = Enumerable.Range(0, Pages).Count(i => file.IsResident(i * PagePool.PageBytes, 1));
        Assert.That(there, Is.EqualTo(resident));
        Assert.That(_meter[MemoryTraffic.StorageWrite], Is.EqualTo(file.ResidentBytes));
    }

    [Test]
    public void Open_SameSeed_HasTheSamePages()
    {
        CachedFile first = _cache.Open(_storage, 0.3, 3);
        var other = new PageCache(new(new TestBus(), _meter, Pages, "other"));

        CachedFile second = other.Open(_storage, 0.3, 3);

        Assert.That(Resident(second), Is.EqualTo(Resident(first)));
    }

    [Test]
    public void Request_AbsentBytes_ComeFromStorageLaterAndOnce()
    {
        CachedFile file = _cache.Open(_storage);
        int ready = 0;
        file.Request(5000, 20_000, () => ready++);
        file.Request(0, 9000, () => ready++);
        bool tooEarly = ready > 0 || file.IsResident(5000, 1);

        _time.Advance(Storage.LatencyPs * 2);

        Assert.That(tooEarly, Is.False);
        Assert.That(ready, Is.EqualTo(2));
        Assert.That(_meter[MemoryTraffic.StorageWrite], Is.EqualTo(7 * PagePool.PageBytes), "pages 0 to 6, each once");
        Assert.That(_meter[MemoryEvent.StorageReads], Is.EqualTo(2));
        Assert.That(Read(file, 4999, 3000), Is.EqualTo(Content(4999, 3000)));
    }

    [Test]
    public void Request_ResidentBytes_AreReadyAtOnce()
    {
        CachedFile file = _cache.Open(_storage, 1);
        bool ready = false;

        file.Request(0, Length, () => ready = true);

        Assert.That(ready, Is.True);
        Assert.That(_meter[MemoryEvent.StorageReads], Is.Zero);
    }

    [Test]
    public void Request_WholeFile_ReadsItsBytesAndNoMore()
    {
        CachedFile file = _cache.Open(_storage);

        file.Request(0, Length, static () => { });
        _time.Advance(Storage.LatencyPs * 10);

        Assert.That(_meter[MemoryTraffic.StorageWrite], Is.EqualTo(Length));
        Assert.That(Read(file, 0, Length), Is.EqualTo(Content(0, Length)));
    }

    [Test]
    public void Write_Page_ChangesItsVersionOnly()
    {
        CachedFile file = _cache.Open(_storage, 1);

        file.Write(PagePool.PageBytes - 1, [1, 2]);

        uint[] versions = [file.VersionAt(0), file.VersionAt(PagePool.PageBytes), file.VersionAt(2 * PagePool.PageBytes)];
        Assert.That(versions, Is.EqualTo(new uint[] { 1, 1, 0 }));
        Assert.That(Read(file, PagePool.PageBytes - 1, 2), Is.EqualTo(new byte[] { 1, 2 }));
    }

    [Test]
    public void CopyTo_AcrossPages_IsOneCopyOfTheContent()
    {
        CachedFile file = _cache.Open(_storage, 1);
        using var user = new MeteredRegion(new TestBus().AllocateDma(20_000), _meter, "user");

        file.CopyTo(100, user, 8, 16_384);

        var copied = new byte[16_384];
        user.Read(8, copied);
        Assert.That(copied, Is.EqualTo(Content(100, 16_384)));
        Assert.That(_meter[MemoryEvent.Copies], Is.EqualTo(1));
    }

    [Test]
    public void PlaceOf_AbsentByte_IsRefused()
    {
        CachedFile file = _cache.Open(_storage);

        Assert.That(() => file.PlaceOf(0, out _), Throws.InvalidOperationException);
    }

    [Test]
    public void StorageContent_Seeded_IsTheSameHoweverItIsCut()
    {
        byte[] whole = Content(0, 1000);

        byte[] parts = [.. Content(0, 3), .. Content(3, 10), .. Content(13, 987)];

        Assert.That(parts, Is.EqualTo(whole));
        Assert.That(whole.Distinct().Count(), Is.GreaterThan(200));
    }

    private byte[] Content(int offset, int length)
    {
        var bytes = new byte[length];
        _content.Read(offset, bytes);
        return bytes;
    }

    private static byte[] Read(CachedFile file, int offset, int length)
    {
        var bytes = new byte[length];
        file.Read(offset, bytes);
        return bytes;
    }

    private static bool[] Resident(CachedFile file) => [.. Enumerable.Range(0, Pages).Select(i => file.IsResident(i * PagePool.PageBytes, 1))];
}
