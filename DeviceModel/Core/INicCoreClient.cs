using NicEmu.Spec.Core;

namespace NicEmu.DeviceModel.Core;

/// <summary>
/// What the engine room calls on a personality. Calls come from the core's own timers and from the verbs of <see cref="NicCore"/>; none may call
/// back into a verb that changes state, but <see cref="NicCore.Submit"/> may be called from a timer that <see cref="TxReady"/> armed.
/// </summary>
internal interface INicCoreClient
{
    /// <summary>Takes the next posted receive buffer of a queue. Asked before TLS moves its state.</summary>
    /// <param name="queue">Receive queue.</param>
    /// <param name="frameLength">Bytes that will be delivered.</param>
    /// <returns>False when there is none: the core counts and drops the frame.</returns>
    bool TryTakeBuffer(int queue, int frameLength);

    /// <summary>Delivers a frame into the buffer just taken.</summary>
    /// <param name="delivery">The frame and its verdicts, valid during the call.</param>
    void Deliver(in RxDelivery delivery);

    /// <summary>Reports an event for the event queue.</summary>
    /// <param name="code">What happened.</param>
    /// <param name="queue">Queue concerned; 0 for none.</param>
    /// <param name="data">As described with the code.</param>
    /// <param name="handle">TLS object concerned; 0 for none.</param>
    void Raise(EventCode code, int queue, uint data, ulong handle);

    /// <summary>The port has room again after backpressure.</summary>
    void TxReady();
}
