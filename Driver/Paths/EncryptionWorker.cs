using NicEmu.Driver.Memory;
using NicEmu.Driver.Nic;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Tls;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.Driver.Paths;

/// <summary>
/// A thread of the kernel that seals records: it loads the content and stores the record, and the content stays as it was. It has a queue of its own, which is bounded. Its speed is that
/// of one core, rounded; no result depends on it.
/// </summary>
public sealed class EncryptionWorker
{
    /// <summary>Jobs that may wait.</summary>
    public const int MostJobs = 32;

    /// <summary>Time of one byte at 2.5 GB/s, in picoseconds.</summary>
    public const long BytePs = 400;

    private readonly IScheduler _scheduler;
    private readonly MemoryMeter _meter;
    private readonly StoreKind _stores;
    private readonly ITimer _timer;
    private readonly Queue<(Connection Connection, RecordJob Job)> _jobs = new();
    private readonly byte[] _content = new byte[TlsRecordLayout.MaxPlaintextLength];
    private readonly List<Connection> _refused = [];

    /// <summary>Starts the thread; it sleeps.</summary>
    /// <param name="scheduler">Time.</param>
    /// <param name="meter">Counts what it loads and stores.</param>
    /// <param name="stores">How it stores records.</param>
    /// <param name="name">Name of its timer.</param>
    public EncryptionWorker(IScheduler scheduler, MemoryMeter meter, StoreKind stores, string name)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        (_scheduler, _meter, _stores) = (scheduler, meter, stores);
        _timer = scheduler.CreateTimer(name, Run);
    }

    /// <summary>Most jobs that waited at one time.</summary>
    public int Peak { get; private set; }

    /// <summary>Jobs that were refused because the queue was full.</summary>
    public long Refusals { get; private set; }

    /// <summary>Binds a connection to this worker for its life.</summary>
    /// <param name="sealer">Its key.</param>
    public IRecordEngine Bind(RecordSealer sealer) => new Connection(this, sealer);

    private bool TrySubmit(Connection connection, RecordJob job)
    {
        if (_jobs.Count == MostJobs)
        {
            Refusals++;
            if (!_refused.Contains(connection)) _refused.Add(connection);
            return false;
        }

        _jobs.Enqueue((connection, job));
        Peak = Math.Max(Peak, _jobs.Count);
        if (_jobs.Count == 1) _timer.ArmAt(_scheduler.NowPs + TimeOf(job));
        return true;
    }

    private void Run()
    {
        (Connection connection, RecordJob job) = _jobs.Dequeue();
        if (_jobs.TryPeek(out (Connection Connection, RecordJob Job) next)) _timer.ArmAt(_scheduler.NowPs + TimeOf(next.Job));
        int length = Load(job.Content);
        Store(job.Target, connection.Sealer.Seal(job.Number, job.Type, _content.AsSpan(0, length)));
        _meter.Count(MemoryEvent.Copies);
        job.Done();
        if (_refused.Count == 0) return;
        Connection waiting = _refused[0];
        _refused.RemoveAt(0);
        waiting.Room?.Invoke();
    }

    private int Load(IReadOnlyList<DmaPiece> pieces)
    {
        int at = 0;
        foreach (DmaPiece piece in pieces)
        {
            _meter.Read(piece.Address, _content.AsSpan(at, piece.Length));
            at += piece.Length;
        }

        return at;
    }

    private void Store(IReadOnlyList<DmaPiece> pieces, ReadOnlySpan<byte> record)
    {
        foreach (DmaPiece piece in pieces)
        {
            _meter.Write(piece.Address, record[..piece.Length], _stores);
            record = record[piece.Length..];
        }
    }

    private static long TimeOf(RecordJob job)
    {
        long bytes = 0;
        foreach (DmaPiece piece in job.Target) bytes += piece.Length;
        return bytes * BytePs;
    }

    private sealed class Connection(EncryptionWorker worker, RecordSealer sealer) : IRecordEngine
    {
        public RecordSealer Sealer => sealer;

        public Action? Room { get; set; }

        public bool TrySubmit(RecordJob job) => worker.TrySubmit(this, job);
    }
}
