using NicEmu.DeviceModel.Queues;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Native.Toe;

namespace NicEmu.DeviceModel.Personalities.Native.Toe;

/// <summary>What the command ring remembers while it runs.</summary>
/// <param name="ring">The command ring.</param>
/// <param name="completions">The completion ring.</param>
/// <param name="vector">Interrupt vector.</param>
internal sealed class ToeQueueState(DescriptorRing<ToeCommand> ring, CompletionQueue<ToeCompletion> completions, int vector)
    : QueueState<ToeCommand, ToeCompletion>(ring, completions, vector)
{
    /// <summary>Commands that firmware has and did not complete.</summary>
    public uint Outstanding { get; set; }

    /// <summary>Whether there is room for the completion of one more command.</summary>
    public bool HasCredit => Outstanding + (Completions.Producer - Completions.Consumer) < Completions.Capacity;

    /// <inheritdoc/>
    public override void Inspect(InspectNode node)
    {
        base.Inspect(node);
        node.Add("OUTSTANDING", Outstanding);
    }
}
