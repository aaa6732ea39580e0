using System.Runtime.InteropServices;
using NicEmu.DeviceModel.Core;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Timing;

namespace NicEmu.DeviceModel.Personalities.Native;

/// <summary>What the transmit descriptors other than DATA do: each is checked and handed to the engine room as one of its verbs.</summary>
/// <param name="index">Number of the queue.</param>
/// <param name="port">What the queue works with.</param>
internal sealed class TxVerbs(int index, QueuePort port)
{
    private NicCore Core => port.Core;

    /// <summary>Executes one descriptor.</summary>
    /// <param name="state">The queue's state. When a transaction ended it, the status means nothing.</param>
    /// <param name="descriptor">The descriptor; not DATA.</param>
    /// <param name="workPs">Time that it takes beyond its transactions.</param>
    public TxStatus Execute(TxQueueState state, in DataDescriptor descriptor, ref long workPs) => descriptor.Opcode switch
    {
        TxOpcode.Position => Position(TxFormat.As<PositionDescriptor>(descriptor)),
        TxOpcode.Range => Range(TxFormat.As<RangeDescriptor>(descriptor)),
        TxOpcode.Replay => Replay(state, TxFormat.As<ReplayDescriptor>(descriptor), ref workPs),
        TxOpcode.SetContext => SetContext(TxFormat.As<SetContextDescriptor>(descriptor)),
        TxOpcode.SetProgress => SetProgress(TxFormat.As<SetProgressDescriptor>(descriptor)),
        _ => ExecuteOther(state, descriptor),
    };

    /// <summary>Whether a descriptor says where, or moves where, a positional context goes on.</summary>
    /// <param name="opcode">Its opcode; not DATA.</param>
    public static bool MovesPlace(TxOpcode opcode) => opcode is TxOpcode.Replay or TxOpcode.SetContext or TxOpcode.SetProgress;

    /// <summary>Whether what SET_CONTEXT and SET_PROGRESS told takes effect with a descriptor, whichever context they named.</summary>
    /// <param name="descriptor">The descriptor; not DATA.</param>
    public static bool IsFence(in DataDescriptor descriptor) => descriptor.Opcode == TxOpcode.Fence || (descriptor.Flags & TxFlags.Fence) != 0;

    private TxStatus ExecuteOther(TxQueueState state, in DataDescriptor descriptor)
    {
        // None of these may stand behind POSITION or RANGE.
        bool broken = Core.CancelPosition(index);
        return descriptor.Opcode switch
        {
            TxOpcode.Query when !TxFormat.IsWellFormed(TxFormat.As<QueryDescriptor>(descriptor)) => TxStatus.DescriptorMalformed,
            TxOpcode.ResyncAnswer when !TxFormat.IsWellFormed(TxFormat.As<ResyncAnswerDescriptor>(descriptor)) => TxStatus.DescriptorMalformed,
            TxOpcode.Fence or TxOpcode.Nop when !TxFormat.IsWellFormed(TxFormat.As<FenceDescriptor>(descriptor)) => TxStatus.DescriptorMalformed,
            TxOpcode.Query or TxOpcode.ResyncAnswer or TxOpcode.Fence or TxOpcode.Nop when broken => TxStatus.SequenceBroken,
            TxOpcode.Query => Query(state, TxFormat.As<QueryDescriptor>(descriptor)),
            TxOpcode.ResyncAnswer => Answer(TxFormat.As<ResyncAnswerDescriptor>(descriptor)),
            TxOpcode.Fence => Fence(TxFlags.Fence),
            TxOpcode.Nop => Fence(descriptor.Flags),
            _ => TxStatus.DescriptorMalformed,
        };
    }

    private TxStatus Position(in PositionDescriptor d) => !TxFormat.IsWellFormed(d)
        ? Malformed()
        : Core.Position(index, new PositionParameters
        {
            Handle = d.Handle,
            RecordStartSequence = d.RecordStartSequence,
            RecordNumber = d.RecordNumber,
            ExplicitNonce = d.ExplicitNonce,
            LengthField = d.LengthField,
            RecordType = d.RecordType,
            HeaderVersion = d.HeaderVersion,
            Advance = (d.Flags & TxFlags.Advance) != 0,
        });

    private TxStatus Range(in RangeDescriptor d) => !TxFormat.IsWellFormed(d)
        ? Malformed()
        : Core.Range(index, new RangeParameters
        {
            Handle = d.Handle,
            RecordNumber = d.RecordNumber,
            ExplicitNonce = d.ExplicitNonce,
            LengthField = d.LengthField,
            RecordType = d.RecordType,
            HeaderVersion = d.HeaderVersion,
            Offset = d.Offset,
            Length = d.Length,
            Skip = d.Skip,
        });

    private TxStatus SetContext(in SetContextDescriptor d)
    {
        if (!TxFormat.IsWellFormed(d))
        {
            return Malformed();
        }

        Fence(d.Flags);
        return Core.SetContext(index, d.Handle, d.Version, d.RecordNumber);
    }

    private TxStatus SetProgress(in SetProgressDescriptor d)
    {
        if (!TxFormat.IsWellFormed(d))
        {
            return Malformed();
        }

        Fence(d.Flags);
        return Core.SetProgress(index, d.Handle, d.RecordStartSequence);
    }

    private TxStatus Replay(TxQueueState state, in ReplayDescriptor d, ref long workPs)
    {
        if (!TxFormat.IsWellFormed(d))
        {
            return Malformed();
        }

        int first = (int)d.Length0;
        int length = first + (int)d.Length1;
        byte[] buffer = port.Buffers.Rent();
        BusStatus read = port.Dma.Read(state.Epoch, d.Address0, buffer.AsSpan(0, first));
        if (read == BusStatus.Ok && d.Length1 != 0)
        {
            read = port.Dma.Read(state.Epoch, d.Address1, buffer.AsSpan(first, (int)d.Length1));
        }

        TxStatus status = TxStatus.DmaFault;
        if (state.IsRunning)
        {
            if (read == BusStatus.Ok)
            {
                workPs += length * TimingTable.CryptoBytePs;
                status = Core.Replay(index, d.Handle, buffer.AsSpan(0, length));
            }
            else
            {
                Core.CancelPosition(index);
            }
        }

        port.Buffers.Return(buffer, length);
        return status;
    }

    private TxStatus Query(TxQueueState state, in QueryDescriptor d)
    {
        Span<byte> snapshot = stackalloc byte[Marshal.SizeOf<ContextSnapshot>()];
        CoreStatus found = Core.Query(d.Handle, snapshot);
        return found switch
        {
            CoreStatus.Ok => port.Dma.Write(state.Epoch, d.Address, snapshot) == BusStatus.Ok ? TxStatus.Ok : TxStatus.DmaFault,
            CoreStatus.StaleHandle => TxStatus.KeyStale,
            _ => TxStatus.ContextInvalid,
        };
    }

    private TxStatus Answer(in ResyncAnswerDescriptor d) => Core.AnswerResync(d.Kind, d.Handle, d.Sequence, d.RecordNumber);

    private TxStatus Fence(TxFlags flags)
    {
        if ((flags & TxFlags.Fence) != 0)
        {
            Core.Fence(index);
        }

        return TxStatus.Ok;
    }

    private TxStatus Malformed()
    {
        Core.CancelPosition(index);
        return TxStatus.DescriptorMalformed;
    }
}
