using NicEmu.Spec.Seams;

namespace NicEmu.Board.Time;

/// <summary>Waiting for a device in this process is running its loop.</summary>
/// <param name="loop">The loop that the device lives on.</param>
public sealed class LoopTestClock(EventLoop loop) : ITestClock
{
    /// <inheritdoc/>
    public bool Settle(long limitPs) => loop.RunUntilIdle(limitPs);

    /// <inheritdoc/>
    public bool WaitUntil(Func<bool> condition, long limitPs) => loop.RunUntil(condition, limitPs);
}
