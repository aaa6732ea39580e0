using NicEmu.DeviceModel.Queues;
using NicEmu.Spec.Native;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>A running receive queue. A buffer is taken and filled within one call of the engine room, hence it is not part of saved state.</summary>
internal sealed class RxQueueState(DescriptorRing<RxDescriptor> ring, CompletionQueue<RxCompletion> completions, int vector)
    : QueueState<RxDescriptor, RxCompletion>(ring, completions, vector)
{
    /// <summary>The buffer that the engine room took and has not filled yet.</summary>
    public RxDescriptor? Taken { get; set; }
}
