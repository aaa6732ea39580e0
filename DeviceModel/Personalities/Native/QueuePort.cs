using NicEmu.DeviceModel.Core;
using NicEmu.DeviceModel.Dma;
using NicEmu.DeviceModel.Pci;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Seams;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>What every queue works with.</summary>
/// <param name="Registers">The registers.</param>
/// <param name="Dma">The bus.</param>
/// <param name="Core">The engine room.</param>
/// <param name="Interrupts">Where interrupts are asked for.</param>
/// <param name="Events">The event queue.</param>
/// <param name="Buffers">Frame buffers.</param>
/// <param name="References">References to TLS contexts that must not be released inside a bus call.</param>
/// <param name="Scheduler">Time.</param>
/// <param name="Trace">Where completions and mistakes of the guest are reported.</param>
internal sealed record QueuePort(
    NativeRegisters Registers,
    DmaEngine Dma,
    NicCore Core,
    InterruptModerator Interrupts,
    NativeEventQueue Events,
    BufferPool Buffers,
    ReferenceDrain References,
    IScheduler Scheduler,
    TraceSource Trace)
{
    /// <summary>Whether transmit queues run.</summary>
    public bool TxEnabled => Registers.Device[NativeMap.Device.TxEnable] != 0;

    /// <summary>Tells that a queue stopped.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="error">Why.</param>
    public void Stopped(int queue, QueueError error) => Events.Post(EventCode.QueueError, queue, (uint)error, 0);

    /// <summary>Tells the trace of a completion.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="status">Its status.</param>
    /// <param name="cookie">The driver's cookie.</param>
    /// <param name="handle">TLS object; zero for none.</param>
    /// <param name="isReceive">Direction.</param>
    public void ReportCompletion(int queue, int status, uint cookie, ulong handle, bool isReceive) => Trace.Emit(new TraceEvent
    {
        Kind = TraceEventKind.Completion,
        Index = queue,
        Code = status,
        Value = cookie,
        Handle = handle,
        Flags = isReceive ? 1u : 0u,
    });
}
