namespace NicEmu.DeviceModel.Core;

/// <summary>The one place of the port's counters; the parts that count hold a reference to it.</summary>
internal sealed class CounterFile
{
    /// <summary>The counters, changed in place.</summary>
    public CoreStatistics Values;
}
