using System.Runtime.InteropServices;
using NicEmu.Spec.Core;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Seams;

namespace NicEmu.Driver.Nic;

/// <summary>A transmit ring with its completion ring. Descriptors are staged by Post and become the card's with Ring.</summary>
internal sealed class NicTxQueue : Ktls.ITlsPoster, IDisposable
{
    private const int DescriptorBytes = 64;
    private const int CompletionBytes = 16;

    /// <summary>Longest headers of a frame: Ethernet with a tag, IPv6, TCP with options, and room for extension headers.</summary>
    private const int MaxHeaderBytes = 256;

    private const int MaxRecordBytes = 5 + 16384 + 2048;

    private readonly NicRegisters _registers;
    private readonly int _index;
    private readonly int _segmentBytes;
    private readonly int _replayBytes;
    private readonly DmaBuffer _ring;
    private readonly int _sizeLog2;
    private readonly PhaseRing _completions;
    private readonly TxArena _arena;
    private readonly TxSlot[] _slots;
    private byte[] _scratch = [];
    private int _pieces = 1;
    private uint _staged;
    private bool _stopped;

    public NicTxQueue(NicRegisters registers, IDeviceBus bus, int index, NicOptions options, in NicCapabilities capabilities)
    {
        _replayBytes = Math.Max(1, capabilities.ReplayBytes);
        (_registers, _index, _segmentBytes, _sizeLog2) = (registers, index, options.TxSegmentBytes, options.TxRingLog2);
        _ring = bus.AllocateDma(DescriptorBytes << _sizeLog2);
        _completions = new(bus.AllocateDma(CompletionBytes << _sizeLog2), _sizeLog2, CompletionBytes);
        _arena = new(bus.AllocateDma(options.TxArenaBytes));
        _slots = new TxSlot[1 << _sizeLog2];
    }

    /// <summary>
    /// Room that one TCP segment takes at worst, with all that TLS adds: two frames, and before each a POSITION, or SET_CONTEXT, SET_PROGRESS and a
    /// fence, and a REPLAY of one record. Who needs more asks with <see cref="HasSpace"/> before posting anything.
    /// </summary>
    public int WorstDescriptors => (2 * (3 + ReplaysFor(MaxRecordBytes, _pieces))) + DescriptorsFor(65536, _pieces) + DescriptorsFor(0);

    /// <summary>Bytes that go with <see cref="WorstDescriptors"/>.</summary>
    public static int WorstBytes => 65536 + (2 * (MaxHeaderBytes + MaxRecordBytes));

    /// <summary>Free-running index after the last descriptor given to the card.</summary>
    public uint Tail { get; private set; }

    /// <summary>Free-running index after the last descriptor posted, given to the card or not yet.</summary>
    public uint Staged => _staged;

    /// <summary>Free-running index of the oldest descriptor that is not completed.</summary>
    public uint Completed { get; private set; }

    public bool Outstanding => Tail != Completed;

    /// <summary>Frames given to the card.</summary>
    public long Posted { get; private set; }

    /// <summary>Chains that the card refused.</summary>
    public long Failures { get; private set; }

    /// <summary>Memory that the frames in flight lie in.</summary>
    public DmaBuffer ArenaMemory => _arena.Memory;

    /// <summary>Whether a refusal waits for OnTxRoom.</summary>
    public bool Stopped => _stopped;

    public void Enable()
    {
        QueueBlock map = NativeMap.TxQueue;
        _registers.Write64(map, map.Base, _ring.BusAddress, _index);
        _registers.Write(map, map.RingSize, map.SizeLog2.Insert(0, (uint)_sizeLog2), _index);
        _registers.Write64(map, map.CompletionBase, _completions.Memory.BusAddress, _index);
        _registers.Write(map, map.CompletionSize, map.CompletionSizeLog2.Insert(0, (uint)_completions.SizeLog2), _index);
        _registers.Write(map, map.Vector, map.VectorNumber.Insert(0, (uint)VectorOf(_index)), _index);
        _registers.Write(map, map.Control, map.Enable.Mask, _index);
        Arm();
    }

    public static int VectorOf(int index) => 1 + (2 * index);

    public void Disable() => _registers.Write(NativeMap.TxQueue, NativeMap.TxQueue.Control, 0, _index);

    /// <summary>Whether a completion waits to be taken.</summary>
    public bool HasWork => _completions.TryPeek(out _);

    /// <summary>Raw status register.</summary>
    public uint ReadStatus() => _registers.Read(NativeMap.TxQueue, NativeMap.TxQueue.Status, _index);

    /// <summary>Whether descriptors and bytes fit; if not, the queue stops until they are completed.</summary>
    public bool HasRoom(int descriptors, int bytes)
    {
        bool room = HasSpace(descriptors, bytes);
        _stopped |= !room;
        return room;
    }

    /// <summary>Whether the worst that one TCP segment needs fits.</summary>
    public bool HasRoomForSegment() => HasRoom(WorstDescriptors, WorstBytes);

    /// <summary>Posts one frame and rings, or refuses it wholly.</summary>
    public bool TrySend(in TxFrame frame)
    {
        if (!HasRoom(DescriptorsFor(frame.Payload.Length, frame.Payload.PieceCount), frame.Headers.Length + frame.Payload.Length)) return false;
        PostData(frame);
        Ring();
        return true;
    }

    /// <summary>Segments and records are named in up to so many pieces from now on, and room is kept for them.</summary>
    public void ReserveForPieces(int pieces)
    {
        _pieces = Math.Max(_pieces, pieces);
        if (WorstDescriptors > 1 << _sizeLog2) throw new InvalidOperationException($"A transmit ring needs {WorstDescriptors} descriptors for segments in {pieces} pieces.");
    }

    /// <summary>Most descriptors that a frame with so much payload takes: a piece each for the headers, the payload's rest and a wrap of the arena beside its full pieces.</summary>
    public int DescriptorsFor(int payloadLength, int pieces = 1) => (2 + pieces + (payloadLength / _segmentBytes) + 1) / 2;

    /// <inheritdoc/>
    public bool HasSpace(int descriptors, int bytes) => (1 << _sizeLog2) - (int)(_staged - Completed) >= descriptors && _arena.Free >= bytes;

    public void PostData(in TxFrame frame)
    {
        uint first = _staged;
        uint start = _arena.Head;
        bool tracked = (frame.Offloads & (TxOffloads.Tls | TxOffloads.Segmentation)) != 0;
        ReadOnlySpan<byte> headers = frame.Headers;
        TxBytes payload = frame.Payload;
        bool isFirst = true;
        while (headers.Length + payload.Length > 0)
        {
            (ulong address0, uint length0) = TakePiece(ref headers, ref payload);
            (ulong address1, uint length1) = headers.Length + payload.Length > 0 ? TakePiece(ref headers, ref payload) : (0, 0);
            bool more = headers.Length + payload.Length > 0;
            Stage(new DataDescriptor
            {
                Opcode = TxOpcode.Data,
                Flags = more ? TxFlags.More : TxFlags.Complete,
                SegmentCount = (byte)(length1 > 0 ? 2 : 1),
                Offloads = isFirst ? frame.Offloads : TxOffloads.None,
                Cookie = first,
                Handle = isFirst ? frame.Handle : 0,
                Mss = isFirst ? frame.Mss : (ushort)0,
                HeaderLength = isFirst && tracked ? (ushort)frame.Headers.Length : (ushort)0,
                VlanTci = isFirst ? frame.VlanTci : (ushort)0,
                Address0 = address0,
                Length0 = length0,
                Address1 = address1,
                Length1 = length1,
            });
            isFirst = false;
        }

        ref TxSlot slot = ref Slot(first);
        slot.FrameStart = start;
        slot.FrameLength = (int)(_arena.Head - start);
        (slot.HeaderLength, slot.Skip, slot.PayloadLength) = (frame.Headers.Length, frame.Skip, frame.Payload.Length - frame.Skip);
        (slot.Handle, slot.Offloads, slot.Mss) = (frame.Handle, frame.Offloads, frame.Mss);
        Posted++;
    }

    public void PostPosition(in PositionDescriptor position)
    {
        uint at = _staged;
        Stage(position with { Opcode = TxOpcode.Position, Cookie = at });
        Slot(at).Handle = position.Handle;
    }

    public void PostSetContext(in SetContextDescriptor context)
    {
        uint at = _staged;
        Stage(context with { Opcode = TxOpcode.SetContext, Cookie = at });
        Slot(at).Handle = context.Handle;
    }

    public void PostSetProgress(in SetProgressDescriptor progress)
    {
        uint at = _staged;
        Stage(progress with { Opcode = TxOpcode.SetProgress, Cookie = at });
        Slot(at).Handle = progress.Handle;
    }

    public void PostFence() => Stage(new FenceDescriptor { Opcode = TxOpcode.Nop, Flags = TxFlags.Fence, Cookie = _staged });

    public void PostRange(in RangeDescriptor range)
    {
        uint at = _staged;
        Stage(range with { Opcode = TxOpcode.Range, Cookie = at });
        Slot(at).Handle = range.Handle;
    }

    /// <summary>Posts the plaintext before the next DATA chain; at least one byte.</summary>
    public void PostReplay(ulong handle, TxBytes plaintext)
    {
        while (plaintext.Length > 0)
        {
            uint at = _staged;
            (ulong address0, uint length0) = _arena.Take(ref plaintext, Math.Min(_segmentBytes, _replayBytes));
            int rest = Math.Min(_segmentBytes, _replayBytes - (int)length0);
            (ulong address1, uint length1) = plaintext.Length > 0 && rest > 0 ? _arena.Take(ref plaintext, rest) : (0, 0);
            Stage(new ReplayDescriptor
            {
                Opcode = TxOpcode.Replay,
                SegmentCount = (byte)(length1 > 0 ? 2 : 1),
                Cookie = at,
                Handle = handle,
                Address0 = address0,
                Length0 = length0,
                Address1 = address1,
                Length1 = length1,
            });
            Slot(at).Handle = handle;
        }
    }

    public void PostResyncAnswer(ulong handle, ResyncAnswerKind kind, uint sequence, ulong recordNumber)
    {
        uint at = _staged;
        Stage(new ResyncAnswerDescriptor
        {
            Opcode = TxOpcode.ResyncAnswer,
            Flags = TxFlags.Complete,
            Kind = kind,
            Cookie = at,
            Handle = handle,
            Sequence = sequence,
            RecordNumber = recordNumber,
        });
        Slot(at).Handle = handle;
    }

    /// <summary>Gives everything staged to the card.</summary>
    public void Ring()
    {
        if (Tail == _staged) return;
        Tail = _staged;
        _registers.Write(NativeMap.Doorbell, NativeMap.Doorbell.TxTail, Tail, _index);
    }

    /// <summary>Takes completions and arms the interrupt again. False if one makes no sense.</summary>
    public bool Reap(INicClient client)
    {
        for (int budget = 1 << _sizeLog2; budget > 0 && _completions.TryPeek(out ReadOnlySpan<byte> entry); budget--)
        {
            var completion = MemoryMarshal.Read<TxCompletion>(entry);
            uint ahead = completion.Head - Completed;
            if (ahead == 0 || ahead > Tail - Completed || completion.Cookie - Completed >= ahead) return false;
            _completions.Advance();
            TxSlot slot = Slot(completion.Cookie);
            uint released = Slot(completion.Head - 1).ArenaEnd;
            if (completion.Status != TxStatus.Ok) Report(client, completion, slot);
            _arena.ReleaseUpTo(released);
            Completed = completion.Head;
        }

        _registers.Write(NativeMap.Doorbell, NativeMap.Doorbell.TxConsumer, _completions.Consumer, _index);
        Arm();
        if (_stopped && HasSpace(WorstDescriptors, WorstBytes))
        {
            _stopped = false;
            client.OnTxRoom(_index);
        }

        client.OnTxReaped(_index);
        return true;
    }

    public void Dispose()
    {
        _ring.Dispose();
        _completions.Memory.Dispose();
        _arena.Memory.Dispose();
    }

    /// <summary>Most REPLAY descriptors for so many bytes; a wrap of the arena may cost one more.</summary>
    private int ReplaysFor(int length, int pieces) => (length / Math.Min(_segmentBytes, _replayBytes)) + 1 + pieces;

    private void Arm() => _registers.Write(NativeMap.Doorbell, NativeMap.Doorbell.TxArm, _completions.Consumer, _index);

    private (ulong Address, uint Length) TakePiece(ref ReadOnlySpan<byte> headers, ref TxBytes payload) =>
        headers.Length > 0 ? _arena.Take(ref headers, _segmentBytes) : _arena.Take(ref payload, _segmentBytes);

    private ref TxSlot Slot(uint index) => ref _slots[index & ((1u << _sizeLog2) - 1)];

    private void Stage<T>(in T descriptor)
        where T : struct
    {
        int slot = (int)(_staged & ((1u << _sizeLog2) - 1));
        MemoryMarshal.Write(_ring.Span[(slot * DescriptorBytes)..], descriptor);
        _slots[slot] = new() { ArenaEnd = _arena.Head };
        _staged++;
    }

    private void Report(INicClient client, in TxCompletion completion, in TxSlot slot)
    {
        Failures++;
        if (_scratch.Length < slot.FrameLength) _scratch = new byte[slot.FrameLength];
        Span<byte> frame = _scratch.AsSpan(0, slot.FrameLength);
        _arena.CopyOut(slot.FrameStart, frame);
        client.OnTxFailure(_index, new TxFailure
        {
            Status = completion.Status,
            Opcode = completion.Opcode,
            Handle = slot.Handle,
            Frame = frame,
            HeaderLength = slot.HeaderLength,
            Skip = slot.Skip,
            PayloadLength = slot.PayloadLength,
            Offloads = slot.Offloads,
            Mss = slot.Mss,
        });
    }

    private struct TxSlot
    {
        public uint ArenaEnd;
        public uint FrameStart;
        public int FrameLength;
        public int HeaderLength;
        public int Skip;
        public int PayloadLength;
        public ulong Handle;
        public TxOffloads Offloads;
        public ushort Mss;
    }
}
