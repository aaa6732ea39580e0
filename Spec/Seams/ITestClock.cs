namespace NicEmu.Spec.Seams;

/// <summary>Lets a test wait without knowing the transport.</summary>
public interface ITestClock
{
    /// <summary>Waits until nothing is left to do, or the limit has passed.</summary>
    /// <param name="limitPs">Longest wait in picoseconds of the device's time.</param>
    /// <returns>True when the device came to rest.</returns>
    bool Settle(long limitPs);

    /// <summary>Waits until a condition holds, or the limit has passed.</summary>
    /// <param name="condition">Polled between events.</param>
    /// <param name="limitPs">Longest wait in picoseconds of the device's time.</param>
    /// <returns>True when the condition holds.</returns>
    bool WaitUntil(Func<bool> condition, long limitPs);
}
