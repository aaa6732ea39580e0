using NicEmu.Driver.Memory;
using NicEmu.Spec.Seams;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Memory;

/// <summary>The audit believes the counters only where memory agrees.</summary>
public sealed class ShadowAuditTests
{
    private MemoryMeter _meter = null!;
    private DmaBuffer _memory = null!;
    private MeteredRegion _region = null!;
    private ShadowAudit _audit = null!;

    [SetUp]
    public void Prepare()
    {
        (_meter, _memory) = (new(), new TestBus().AllocateDma(8192));
        _region = new(_memory, _meter, "pages");
        _meter.Observer = _audit = new(_meter);
    }

    [TearDown]
    public void Release()
    {
        _region.Dispose();
        _memory.Dispose();
    }

    [Test]
    public void Finish_EverythingMadeAndCounted_FindsNothing()
    {
        _region.DeviceWrite(MemoryTraffic.StorageWrite, 0, [1, 2, 3, 4]);
        _region.CopyTo(0, _region, 4096, 4);
        _region.Read(4096, new byte[4]);

        Assert.That(_audit.Finish(), Is.Null);
        Assert.That(_audit.BytesCompared, Is.EqualTo(8), "the copy's loads and the last ones");
    }

    [Test]
    public void Finish_StoreCountedAndNotMade_IsFound()
    {
        _meter.OnWrite(MemoryTraffic.CpuWrite, _region.Address(16), [9]);

        Assert.That(_audit.Finish(), Is.EqualTo("pages, byte 16: memory is not what the counted writes made it."));
    }

    [Test]
    public void Finish_StoreMadeAndNotCounted_IsFound()
    {
        _memory.Span[17] = 9;

        Assert.That(_audit.Finish(), Is.EqualTo("pages, byte 17: memory is not what the counted writes made it."));
    }

    [Test]
    public void OnRead_BytesThatWereNeverWritten_AreFoundAtOnce()
    {
        _memory.Span[100] = 1;

        _region.Read(98, new byte[4]);

        Assert.That(_audit.Failure, Is.EqualTo("CpuRead: pages, byte 100: what was read was never written there."));
    }

    [Test]
    public void OnRead_CountedFromOtherBytesThanThoseInMemory_IsFound()
    {
        _meter.OnRead(MemoryTraffic.NicRead, _region.Address(0), [7]);

        Assert.That(_audit.Failure, Does.StartWith("NicRead: pages, byte 0:"));
    }
}
