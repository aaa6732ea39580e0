using System.Runtime.InteropServices;
using NicEmu.DeviceModel.Queues;
using NicEmu.DeviceModel.Registers;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Registers;
using NicEmu.Spec.Timing;

namespace NicEmu.DeviceModel.Personalities.Native.Toe;

/// <summary>
/// The command ring of the host: hands commands to firmware and posts what firmware answers. A command is taken only when room for its completion is certain,
/// so that firmware never waits for the host.
/// </summary>
internal sealed class ToeQueue : NativeQueue<ToeCommand, ToeCompletion, ToeQueueState>
{
    private readonly ToeUnit _unit;

    public ToeQueue(QueuePort port, ToeUnit unit)
        : base(0, MapOf(port.Registers.Toe), port)
    {
        _unit = unit;
        RegisterFile file = port.Registers.Toe;
        ToeBlock block = NativeMap.Toe;
        foreach (Register register in (ReadOnlySpan<Register>)[block.Base, block.RingSize, block.CompletionBase, block.CompletionSize, block.Vector, block.Ipv4, block.Mtu, .. block.Ipv6])
        {
            file.OnWrite(register, (_, _, after) => ConfigurationWritten(after));
        }

        file.OnWrite(block.Control, (_, before, after) => ControlWritten(before, after));
        file.OnWrite(block.Tail, (_, before, after) => TailWritten(before, after));
        file.OnWrite(block.Consumer, (_, before, after) => ConsumerWritten(before, after));
        file.OnWrite(block.Arm, (_, _, after) => ArmWritten(after));
    }

    /// <summary>Whether the engine is enabled.</summary>
    public bool IsEnabled => State is not null;

    /// <inheritdoc/>
    protected override ToeQueueState CreateState(DescriptorRing<ToeCommand> ring, CompletionQueue<ToeCompletion> completions, int vector)
    {
        _unit.Started();
        return new ToeQueueState(ring, completions, vector);
    }

    /// <inheritdoc/>
    protected override void OnDropped(ToeQueueState state) => _unit.Stopped();

    /// <inheritdoc/>
    protected override bool MayRun(ToeQueueState state) => true;

    /// <inheritdoc/>
    protected override bool Advance(ToeQueueState state, ref long workPs)
    {
        workPs += TimingTable.DescriptorPs;
        if (state.IsDraining)
        {
            // Disabled: what is posted is forgotten, and nothing is completed.
            bool more = state.HasWork && TryFetch(state);
            if (more)
            {
                Take(state);
            }

            return more;
        }

        if (state.Outstanding > 0 && _unit.TryTakeCompletion(out ToeCompletion completion))
        {
            state.Outstanding--;
            return Post(state, completion);
        }

        if (!state.HasWork || !state.HasCredit || !_unit.HasCommandRoom || !TryFetch(state))
        {
            return false;
        }

        // Room is asked for again: a nested access may have come while descriptors were fetched.
        if (!_unit.HasCommandRoom)
        {
            return false;
        }

        ToeCommand command = Take(state);
        state.Outstanding++;
        _unit.PutCommand(MemoryMarshal.AsBytes(new ReadOnlySpan<ToeCommand>(in command)));
        return true;
    }

    private static ToeCommand Take(ToeQueueState state)
    {
        state.Ring.Complete(1);
        return state.Fetched[state.FetchedAt++];
    }

    private static QueueMap MapOf(RegisterFile file)
    {
        ToeBlock block = NativeMap.Toe;
        return new QueueMap
        {
            Name = "toe",
            IsReceive = false,
            File = file,
            Doorbells = file,
            Base = block.Base,
            CompletionBase = block.CompletionBase,
            SizeLog2 = block.SizeLog2,
            CompletionSizeLog2 = block.CompletionSizeLog2,
            VectorNumber = block.VectorNumber,
            Enable = block.Enable,
            Reset = block.Reset,
            Enabled = block.Enabled,
            Error = block.Error,
            Head = block.HeadIndex,
            Producer = block.ProducerIndex,
            Tail = block.Tail,
            Consumer = block.Consumer,
            Arm = block.Arm,
        };
    }
}
