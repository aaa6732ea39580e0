using NicEmu.Driver.Memory;
using NicEmu.Driver.Nic;
using NicEmu.Driver.Paths;
using NicEmu.Spec.Tls;
using NicEmu.Tests.Unit.Driver.Memory;
using NUnit.Framework;

namespace NicEmu.Tests.Unit.Driver.Paths;

/// <summary>The life of a record of asynchronous sendfile: it has its place at once, its content when storage has brought it, and TCP gets it when it is sealed, in order.</summary>
public sealed class KernelTlsServerTests
{
    private const int Record = 16384;
    private const int Wire = Record + 22;

    private FakeScheduler _time = null!;
    private MemoryMeter _meter = null!;
    private FakeSocket _socket = null!;
    private ManualEngine _engine = null!;
    private CachedFile _file = null!;
    private KernelTlsServer _server = null!;
    private PagePool _pool = null!;

    [TearDown]
    public void Release() => _pool.Dispose();

    [Test]
    public void Start_StorageIsSlow_CallReturnsWithPlacesAndNothingIsReady()
    {
        Prepare(capacity: 4 * Wire);

        _server.Start();

        Assert.That(_meter[MemoryEvent.Syscalls], Is.EqualTo(1));
        Assert.That((_engine.Jobs.Count, _socket.Sent.Count), Is.EqualTo((0, 0)), "nothing is loaded");
    }

    [Test]
    public void Storage_HasBroughtTheContent_EngineGetsItAndTcpDoesNot()
    {
        Prepare(capacity: 4 * Wire);
        _server.Start();

        _time.Advance(10 * Storage.LatencyPs);

        Assert.That(_engine.Jobs.Select(static j => j.Number), Is.EqualTo(new ulong[] { 0, 1, 2, 3 }), "four records have their places");
        Assert.That(_engine.Jobs[0].Content.Select(static p => p.Address), Is.Not.EqualTo(_engine.Jobs[0].Target.Select(static p => p.Address)), "private pages, not those of the file");
        Assert.That(_socket.Sent, Is.Empty);
    }

    [Test]
    public void Engine_SealsOutOfOrder_TcpGetsRecordsInOrder()
    {
        Prepare(capacity: 4 * Wire);
        _server.Start();
        _time.Advance(10 * Storage.LatencyPs);

        _engine.Jobs[1].Done();
        int early = _socket.Sent.Count;
        _engine.Jobs[0].Done();

        Assert.That((early, _socket.Sent.Count), Is.EqualTo((0, 2)));
        Assert.That(_socket.Sent[0], Is.EqualTo(_engine.Jobs[0].Target));
    }

    [Test]
    public void Engine_IsFull_RecordWaitsUntilThereIsRoom()
    {
        Prepare(capacity: 4 * Wire);
        _engine.Limit = 1;
        _server.Start();
        _time.Advance(10 * Storage.LatencyPs);
        int taken = _engine.Jobs.Count;

        _engine.Limit = 3;
        _engine.Room!();

        Assert.That((taken, _engine.Jobs.Count), Is.EqualTo((1, 3)));
    }

    [Test]
    public void Socket_HalfOfItIsFree_ProgramCallsAgain()
    {
        Prepare(capacity: 4 * Wire);
        _server.Start();
        _time.Advance(10 * Storage.LatencyPs);
        foreach (RecordJob job in _engine.Jobs.ToArray()) job.Done();

        _socket.Acknowledge(Wire);
        long after1 = _meter[MemoryEvent.Syscalls];
        _socket.Acknowledge(Wire);
        long after2 = _meter[MemoryEvent.Syscalls];

        Assert.That((after1, after2), Is.EqualTo((1, 2)));
    }

    private void Prepare(int capacity)
    {
        var bus = new TestBus();
        (_time, _meter) = (new(), new());
        _pool = new(bus, _meter, 64, "page cache");
        _file = new PageCache(_pool).Open(new Storage(_time, _meter, StorageContent.Seeded(10 * Record, 1)));
        _socket = new(capacity);
        _engine = new();
        var environment = new ServeEnvironment { Scheduler = _time, Bus = bus, Meter = _meter, File = _file, SocketPages = new PagePool(bus, _meter, 64, "socket pages") };
        _server = new(environment, _socket, _engine, new TlsRecordLayout(TlsVersion.Tls13, TlsCipher.Aes128Gcm), 0);
    }

    private sealed class ManualEngine : IRecordEngine
    {
        public List<RecordJob> Jobs { get; } = [];

        public int Limit { get; set; } = int.MaxValue;

        public Action? Room { get; set; }

        public bool TrySubmit(RecordJob job)
        {
            if (Jobs.Count >= Limit) return false;
            Jobs.Add(job);
            return true;
        }
    }

    private sealed class FakeSocket(int capacity) : IStreamSocket
    {
        public List<DmaPiece[]> Sent { get; } = [];

        public int Free { get; private set; } = capacity;

        public int Capacity { get; } = capacity;

        public Action? Writable { get; set; }

        public bool TrySend(ReadOnlySpan<DmaPiece> pieces, IPieceOwner owner)
        {
            Sent.Add(pieces.ToArray());
            Free -= pieces.ToArray().Sum(static p => p.Length);
            return true;
        }

        public void Close()
        {
        }

        public void Acknowledge(int bytes)
        {
            Free += bytes;
            Writable!();
        }
    }
}
