using NicEmu.DeviceModel.Queues;
using NicEmu.DeviceModel.State;
using NicEmu.Spec.Core;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Native;
using NicEmu.Spec.Timing;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>A running transmit queue: beyond its rings, the chain that is being gathered and the references that its descriptors hold.</summary>
internal sealed class TxQueueState(DescriptorRing<DataDescriptor> ring, CompletionQueue<TxCompletion> completions, int vector)
    : QueueState<DataDescriptor, TxCompletion>(ring, completions, vector)
{
    /// <summary>The context that each fetched descriptor holds a reference to; zero for none.</summary>
    public ulong[] References { get; } = new ulong[TimingTable.StepBudget];

    /// <summary>The port had no room for the chain.</summary>
    public bool WaitsForPort { get; set; }

    /// <summary>The first descriptor of the chain that is being gathered.</summary>
    public DataDescriptor First { get; set; }

    /// <summary>Descriptors of the chain so far; zero when there is none.</summary>
    public int ChainDescriptors { get; set; }

    /// <summary>Bytes of the chain so far.</summary>
    public int ChainBytes { get; set; }

    /// <summary>What is wrong with the chain; its remaining descriptors are skipped.</summary>
    public TxStatus ChainStatus { get; set; }

    /// <summary>A descriptor of the chain asks for a completion.</summary>
    public bool ChainWantsCompletion { get; set; }

    /// <summary>The last descriptor of the chain has been gathered.</summary>
    public bool ChainIsWhole { get; set; }

    /// <summary>The context that the chain holds a reference to; zero for none.</summary>
    public ulong ChainReference { get; set; }

    /// <summary>The gathered bytes; null when there is no chain.</summary>
    public byte[]? Buffer { get; set; }

    /// <inheritdoc/>
    public override void Save(StateWriter state)
    {
        base.Save(state);
        foreach (ulong reference in References)
        {
            state.Word64(reference);
        }

        state.Bool(WaitsForPort);
        state.Value(First);
        state.Count(ChainDescriptors);
        state.Byte((byte)ChainStatus);
        state.Bool(ChainWantsCompletion);
        state.Bool(ChainIsWhole);
        state.Word64(ChainReference);
        state.Bytes(Buffer.AsSpan(0, ChainBytes));
    }

    /// <inheritdoc/>
    public override void Restore(ref StateReader state, BufferPool buffers)
    {
        base.Restore(ref state, buffers);
        for (int i = 0; i < References.Length; i++)
        {
            References[i] = state.Word64();
        }

        WaitsForPort = state.Bool();
        First = state.Value<DataDescriptor>();
        ChainDescriptors = state.Count();
        ChainStatus = (TxStatus)state.Byte();
        ChainWantsCompletion = state.Bool();
        ChainIsWhole = state.Bool();
        ChainReference = state.Word64();
        ReadOnlySpan<byte> bytes = state.Bytes();
        ChainBytes = bytes.Length;
        if (ChainDescriptors > 0)
        {
            Buffer = buffers.Rent();
            bytes.CopyTo(Buffer);
        }
    }

    /// <inheritdoc/>
    public override void Inspect(InspectNode node)
    {
        base.Inspect(node);
        node.Add("WAITS_FOR_PORT", WaitsForPort);
        node.Add("CHAIN_DESCRIPTORS", ChainDescriptors);
        node.Add("CHAIN_BYTES", ChainBytes);
        node.Add("CHAIN_STATUS", ChainStatus.ToString());
    }
}
