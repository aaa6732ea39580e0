using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NicEmu.Board.Time;

/// <summary>
/// Lets virtual time follow the monotonic clock. The calling thread itself waits in ppoll() for file descriptors and the next deadline:
/// there are no reader threads, and the parts of the model cannot tell the difference.
/// </summary>
public sealed partial class RealTimePump
{
    private const long LongestWaitPs = 20_000_000_000;
    private const int EventsPerRound = 4096;
    private const int Interrupted = 4;
    private const short PollIn = 1;
    private const short PollFailed = 0x08 | 0x10 | 0x20;
    private const long PicosecondsPerSecond = 1_000_000_000_000;

    private readonly EventLoop _loop;
    private readonly List<IPollSource> _sources = [];
    private readonly long _startTicks = Stopwatch.GetTimestamp();
    private readonly long _startPs;
    private PollFd[] _fds = [];

    /// <summary>Creates a pump; the loop's present is now.</summary>
    /// <param name="loop">The loop to run.</param>
    public RealTimePump(EventLoop loop)
    {
        ArgumentNullException.ThrowIfNull(loop);
        _loop = loop;
        _startPs = loop.NowPs;
    }

    /// <summary>Adds a descriptor to wait on.</summary>
    /// <param name="source">Called when it becomes readable.</param>
    public void Add(IPollSource source)
    {
        _sources.Add(source);
        _fds = new PollFd[_sources.Count];
    }

    /// <summary>Runs events at their time and serves descriptors until a condition holds.</summary>
    /// <param name="condition">Asked between events.</param>
    /// <param name="limitPs">Longest wait in picoseconds of real time.</param>
    /// <param name="cancellation">Checked between events and at least every 20 ms.</param>
    /// <returns>False when the limit passed first.</returns>
    /// <exception cref="InvalidOperationException">Called from inside an event.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was requested.</exception>
    /// <exception cref="IOException">Waiting failed, or a descriptor was closed under us.</exception>
    public bool RunUntil(Func<bool> condition, long limitPs, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentOutOfRangeException.ThrowIfNegative(limitPs);
        _loop.RefuseNesting();
        long start = ClockPs();
        while (true)
        {
            for (int n = 0; n < EventsPerRound && _loop.NextDeadlinePs is { } due && due <= ClockPs(); n++)
            {
                if (condition())
                {
                    return true;
                }

                cancellation.ThrowIfCancellationRequested();
                _loop.RunNext();
            }

            if (condition())
            {
                return true;
            }

            cancellation.ThrowIfCancellationRequested();
            long now = ClockPs();
            if (now - start >= limitPs)
            {
                return false;
            }

            long wait = Math.Min(LongestWaitPs, limitPs - (now - start));
            Wait(Math.Max(0, Math.Min(wait, (_loop.NextDeadlinePs ?? long.MaxValue) - now)));
        }
    }

    private long ClockPs()
    {
        long ticks = Stopwatch.GetTimestamp() - _startTicks;
        long seconds = Math.DivRem(ticks, Stopwatch.Frequency, out long rest);
        return _startPs + (seconds * PicosecondsPerSecond) + (long)((Int128)rest * PicosecondsPerSecond / Stopwatch.Frequency);
    }

    private void Wait(long waitPs)
    {
        for (int i = 0; i < _sources.Count; i++)
        {
            _fds[i] = new PollFd { Descriptor = _sources[i].FileDescriptor, Events = PollIn };
        }

        var timeout = new TimeSpec { Seconds = waitPs / PicosecondsPerSecond, Nanoseconds = waitPs % PicosecondsPerSecond / 1000 };
        int ready = PPoll(_fds, (nuint)_sources.Count, timeout, 0);
        if (ready < 0 && Marshal.GetLastPInvokeError() is var error and not Interrupted)
        {
            throw new IOException($"ppoll: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        // An event that is due keeps its own, earlier time: the present must not pass it before it ran.
        long now = ClockPs();
        if (_loop.NextDeadlinePs is not { } due || due > now)
        {
            _loop.AdvanceTo(now);
        }

        for (int i = 0; ready > 0 && i < _sources.Count; i++)
        {
            if ((_fds[i].Returned & PollFailed) != 0)
            {
                throw new IOException($"Descriptor {_fds[i].Descriptor} failed: poll events 0x{_fds[i].Returned:X}.");
            }

            if ((_fds[i].Returned & PollIn) != 0)
            {
                _sources[i].OnReadable();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    private static partial int PPoll([In, Out] PollFd[] descriptors, nuint count, in TimeSpec timeout, nint signalMask);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
