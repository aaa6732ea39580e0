namespace NicEmu.Spec.Events;

/// <summary>Receives the one stream of events that every trace, check and statistic is made from.</summary>
public interface ITraceSink
{
    /// <summary>Takes one event.</summary>
    /// <param name="e">The event.</param>
    /// <param name="data">Its bytes (a frame, a DMA transfer, a record), valid during the call; empty when it has none.</param>
    void On(in TraceEvent e, ReadOnlySpan<byte> data);
}
