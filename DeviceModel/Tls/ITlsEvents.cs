using NicEmu.Spec.Core;

namespace NicEmu.DeviceModel.Tls;

/// <summary>Takes what the engine reports by itself.</summary>
internal interface ITlsEvents
{
    /// <summary>Queues an event for the driver.</summary>
    void Raise(EventCode code, ulong handle, ulong data);

    /// <summary>A context whose removal waited for its references is gone.</summary>
    void ContextDrained(ulong handle);
}
