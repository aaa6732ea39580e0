using NicEmu.Spec.Seams;
using ITimer = NicEmu.Spec.Seams.ITimer;

namespace NicEmu.Driver.Memory;

/// <summary>A storage device: it writes what it holds to pages of memory by DMA, some time after it is asked. Its times are a modern drive's, rounded; no result depends on them.</summary>
public sealed class Storage
{
    /// <summary>Time from a request to its first byte, in picoseconds.</summary>
    public const long LatencyPs = 80_000_000;

    /// <summary>Time of one byte at 3.2 GB/s, in picoseconds.</summary>
    public const long BytePs = 312;

    private readonly IScheduler _scheduler;
    private readonly MemoryMeter _meter;
    private readonly ITimer _timer;
    private readonly Queue<Request> _requests = new();
    private long _busyUntilPs;

    /// <summary>Plugs the device in.</summary>
    /// <param name="scheduler">Time.</param>
    /// <param name="meter">Counts the requests.</param>
    /// <param name="content">What it holds.</param>
    /// <param name="name">Prefix of its timer's name.</param>
    public Storage(IScheduler scheduler, MemoryMeter meter, StorageContent content, string name = "storage")
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        ArgumentNullException.ThrowIfNull(content);
        (_scheduler, _meter, Content) = (scheduler, meter, content);
        _timer = scheduler.CreateTimer(name + ".done", Complete);
    }

    /// <summary>What the device holds.</summary>
    public StorageContent Content { get; }

    /// <summary>Reads into pages. Requests end in their order.</summary>
    /// <param name="offset">First byte of the content, on a page's boundary.</param>
    /// <param name="pool">Whose pages.</param>
    /// <param name="pages">Pages for it; the last one need not become full.</param>
    /// <param name="done">Called when all bytes are in memory.</param>
    public void Read(int offset, PagePool pool, int[] pages, Action done)
    {
        ArgumentNullException.ThrowIfNull(pages);
        _meter.Count(MemoryEvent.StorageReads);
        _busyUntilPs = Math.Max(_scheduler.NowPs, _busyUntilPs) + ((long)pages.Length * PagePool.PageBytes * BytePs);
        _requests.Enqueue(new(_busyUntilPs + LatencyPs, offset, pool, pages, done));
        _timer.ArmNoLaterThan(_requests.Peek().DuePs);
    }

    /// <summary>Writes pages at once, as a read before the time that matters did.</summary>
    internal void Load(int offset, PagePool pool, ReadOnlySpan<int> pages)
    {
        Span<byte> bytes = stackalloc byte[PagePool.PageBytes];
        foreach (int page in pages)
        {
            Span<byte> part = bytes[..Math.Min(PagePool.PageBytes, Content.Length - offset)];
            Content.Read(offset, part);
            pool.Memory.DeviceWrite(MemoryTraffic.StorageWrite, page * PagePool.PageBytes, part);
            offset += part.Length;
        }
    }

    private void Complete()
    {
        Request request = _requests.Dequeue();
        if (_requests.TryPeek(out Request? next)) _timer.ArmAt(next.DuePs);
        Load(request.Offset, request.Pool, request.Pages);
        request.Done();
    }

    private sealed record Request(long DuePs, int Offset, PagePool Pool, int[] Pages, Action Done);
}
