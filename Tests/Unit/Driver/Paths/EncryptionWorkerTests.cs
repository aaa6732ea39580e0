using NicEmu.Driver.Memory;
using NicEmu.Driver.Nic;
using NicEmu.Driver.Paths;
using NicEmu.Spec.Tls;
using NicEmu.Tests.Unit.Driver.Memory;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Paths;

public sealed class EncryptionWorkerTests
{
    private FakeScheduler _time = null!;
    private MemoryMeter _meter = null!;
    private MeteredRegion _memory = null!;

    [SetUp]
    public void Prepare()
    {
        (_time, _meter) = (new(), new());
        _memory = new(new TestBus().AllocateDma(65536), _meter, "memory");
    }

    [TearDown]
    public void Release() => _memory.Dispose();

    [Test]
    public void Submit_Record_IsThereLaterAndItsContentIsUntouched()
    {
        byte[] content = KtlsFixture.Pattern(1000, 3);
        _memory.Write(0, content);
        MemoryCounters before = _meter.Snapshot();
        bool done = false;
        IRecordEngine engine = Engine(StoreKind.Ordinary);

        bool taken = engine.TrySubmit(Job(() => done = true));
        bool tooEarly = done;
        _time.Advance(1022 * EncryptionWorker.BytePs);

        MemoryCounters counted = _meter.Snapshot().Since(before);
        Assert.That((taken, tooEarly, done), Is.EqualTo((true, false, true)));
        Assert.That((counted[MemoryTraffic.CpuRead], counted[MemoryTraffic.CpuWrite], counted[MemoryTraffic.WriteAllocate], counted[MemoryEvent.Copies]), Is.EqualTo((1000, 1022, 1022, 1)));
        using var sealer = new RecordSealer(KtlsFixture.Info(TlsVersion.Tls13, TlsCipher.Aes128Gcm));
        Assert.That(Bytes(8192, 1022), Is.EqualTo(sealer.Seal(7, TlsContentType.ApplicationData, content).ToArray()));
        Assert.That(Bytes(0, 1000), Is.EqualTo(content));
    }

    [Test]
    public void Submit_NonTemporal_LoadsNoLines()
    {
        Engine(StoreKind.NonTemporal).TrySubmit(Job(static () => { }));

        _time.Advance(1_000_000_000);

        Assert.That((_meter[MemoryTraffic.CpuWrite], _meter[MemoryTraffic.WriteAllocate]), Is.EqualTo((1022, 0)));
    }

    [Test]
    public void Submit_QueueFull_IsRefusedUntilThereIsRoom()
    {
        var worker = new EncryptionWorker(_time, _meter, StoreKind.Ordinary, "worker");
        IRecordEngine first = worker.Bind(Sealer());
        IRecordEngine second = worker.Bind(Sealer());
        int room = 0;
        int done = 0;
        second.Room = () => room++;
        for (int i = 0; i < EncryptionWorker.MostJobs; i++) Assert.That(first.TrySubmit(Job(() => done++)), Is.True);

        bool taken = second.TrySubmit(Job(() => done++));
        int roomBefore = room;
        _time.Advance(1022 * EncryptionWorker.BytePs);
        bool takenLater = second.TrySubmit(Job(() => done++));
        _time.Advance(1_000_000_000_000);

        Assert.That((taken, roomBefore, room, takenLater), Is.EqualTo((false, 0, 1, true)));
        Assert.That((done, worker.Peak, worker.Refusals), Is.EqualTo((EncryptionWorker.MostJobs + 1, EncryptionWorker.MostJobs, 1)));
    }

    private static RecordSealer Sealer() => new(KtlsFixture.Info(TlsVersion.Tls13, TlsCipher.Aes128Gcm));

    private IRecordEngine Engine(StoreKind stores) => new EncryptionWorker(_time, _meter, stores, "worker").Bind(Sealer());

    private RecordJob Job(Action done) => new()
    {
        Number = 7,
        Type = TlsContentType.ApplicationData,
        Content = [new DmaPiece(_memory.Address(0), 600), new DmaPiece(_memory.Address(600), 400)],
        Target = [new DmaPiece(_memory.Address(8192), 22), new DmaPiece(_memory.Address(8214), 1000)],
        Done = done,
    };

    private byte[] Bytes(int offset, int length)
    {
        var bytes = new byte[length];
        _memory.Read(offset, bytes);
        return bytes;
    }
}
