using NicEmu.Driver.Memory;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Memory;

public sealed class MeteredRegionTests
{
    private TestBus _bus = null!;
    private MemoryMeter _meter = null!;

    [SetUp]
    public void Prepare() => (_bus, _meter) = (new(), new());

    [Test]
    public void Read_Bytes_CountsLoadsOnly()
    {
        MeteredRegion region = Region(100, "a");

        region.Read(10, new byte[7]);

        Assert.That(Counted(), Is.EqualTo(new Dictionary<MemoryTraffic, long> { [MemoryTraffic.CpuRead] = 7 }));
    }

    [Test]
    public void Write_OrdinaryStores_CountsTheLinesThatHadToBeLoadedToo()
    {
        MeteredRegion region = Region(100, "a");

        region.Write(0, new byte[9]);

        Assert.That(Counted(), Is.EqualTo(new Dictionary<MemoryTraffic, long> { [MemoryTraffic.CpuWrite] = 9, [MemoryTraffic.WriteAllocate] = 9 }));
    }

    [Test]
    public void Write_NonTemporalStores_CountsStoresOnly()
    {
        MeteredRegion region = Region(100, "a");

        region.Write(0, new byte[9], StoreKind.NonTemporal);

        Assert.That(Counted(), Is.EqualTo(new Dictionary<MemoryTraffic, long> { [MemoryTraffic.CpuWrite] = 9 }));
    }

    [TestCase(1)]
    [TestCase(4096)]
    [TestCase(10_000)]
    public void CopyTo_AnyLength_MovesTheBytesAndCountsOneCopy(int length)
    {
        MeteredRegion from = Region(20_000, "from");
        MeteredRegion to = Region(20_000, "to");
        byte[] content = KtlsFixture.Pattern(length, 5);
        from.DeviceWrite(MemoryTraffic.StorageWrite, 3, content);
        MemoryCounters before = _meter.Snapshot();

        from.CopyTo(3, to, 77, length, StoreKind.NonTemporal);

        MemoryCounters counted = _meter.Snapshot().Since(before);
        var arrived = new byte[length];
        to.Read(77, arrived);
        Assert.That(arrived, Is.EqualTo(content));
        Assert.That((counted[MemoryTraffic.CpuRead], counted[MemoryTraffic.CpuWrite], counted[MemoryTraffic.WriteAllocate], counted[MemoryEvent.Copies]), Is.EqualTo((length, length, 0, 1)));
    }

    [Test]
    public void WriteMetadata_Bytes_AreNoPayload()
    {
        MeteredRegion region = Region(100, "a");

        region.WriteMetadata(0, new byte[5]);

        Assert.That(_meter[MemoryTraffic.Metadata], Is.EqualTo(5));
        Assert.That(_meter.Snapshot().MemoryBytes, Is.Zero);
    }

    [Test]
    public void Access_OnePastTheEnd_IsRefusedAndNotCounted()
    {
        MeteredRegion region = Region(100, "a");

        Assert.That(() => region.Read(100, new byte[1]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => region.Write(99, new byte[2]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(Counted(), Is.Empty);
    }

    [Test]
    public void Find_Address_IsTheRegionThatHoldsIt()
    {
        MeteredRegion first = Region(100, "a");
        using MeteredRegion gone = Region(100, "gone");
        MeteredRegion last = Region(100, "b");
        ulong freed = gone.BusAddress;
        gone.Dispose();

        MeteredRegion?[] found = [_meter.Find(first.BusAddress), _meter.Find(first.BusAddress + 99), _meter.Find(first.BusAddress + 100), _meter.Find(freed), _meter.Find(last.BusAddress), _meter.Find(0)];

        Assert.That(found, Is.EqualTo(new[] { first, first, null, null, last, null }));
    }

    private MeteredRegion Region(int bytes, string name) => new(_bus.AllocateDma(bytes), _meter, name);

    private Dictionary<MemoryTraffic, long> Counted() => Enum.GetValues<MemoryTraffic>().Where(k => _meter[k] != 0).ToDictionary(k => k, k => _meter[k]);
}
