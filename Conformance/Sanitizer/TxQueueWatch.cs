using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NicEmu.Conformance.Oracle;
using NicEmu.Conformance.Sanitizer.Rules;
using NicEmu.Spec.Core;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;

namespace NicEmu.Conformance.Sanitizer;

/// <summary>One transmit queue: its descriptors in the order in which the card fetches and completes them.</summary>
internal sealed class TxQueueWatch(int index, int device, TlsWatch tls, SanitizerOptions options, FindingLog log)
{
    private const int DescriptorBytes = 64;

    private readonly Queue<DataDescriptor> _fetched = new();
    private MemoryWatch? _memory;
    private byte[] _frame = [];
    private int _frameLength = -1;
    private RangeDescriptor? _range;
    private long? _replayAt;
    private ulong _placing;
    private uint _fetchIndex;
    private ulong _base;
    private uint _entries;
    private byte[] _replay = [];
    private int _replayLength;

    public string Subject { get; } = $"TXQ{index}";

    public EventHistory History { get; } = new();

    public bool IsEnabled { get; private set; }

    public uint Tail { get; private set; }

    /// <summary>Descriptors fetched or announced and not completed.</summary>
    public uint Outstanding => Tail - _fetchIndex + (uint)_fetched.Count;

    public void Enable(ulong address, int log2)
    {
        _memory = options.Memory is null ? null : new MemoryWatch(device, Subject, options.Memory, log, History);
        (_base, _entries, IsEnabled, Tail, _fetchIndex) = (address, 1u << (log2 & 31), true, 0, 0);
        Forget();
    }

    public void Disable() => (IsEnabled, _placing) = (false, 0);

    public void Forget()
    {
        _fetched.Clear();
        _memory?.Clear();
        (_replayAt, _range, _frameLength, _replayLength, _placing) = (null, null, -1, 0, 0);
    }

    public void TailWritten(uint tail)
    {
        if (!IsEnabled || tail - Tail > _entries)
        {
            return;
        }

        for (; Tail != tail; Tail++)
        {
            _memory?.Posted(Tail, _base + ((Tail & (_entries - 1)) * DescriptorBytes));
        }
    }

    /// <summary>The card read memory; true when it is the queue's ring or a buffer that the queue announced.</summary>
    public bool Read(in TraceEvent e, ReadOnlySpan<byte> data)
    {
        if (!IsEnabled)
        {
            return false;
        }

        if (e.Address < _base || e.Address - _base >= (ulong)_entries * DescriptorBytes)
        {
            bool mine = _memory?.Read(e.Address, data) ?? false;
            CollectReplay(e.Address, data);
            return mine;
        }

        for (; data.Length >= DescriptorBytes; data = data[DescriptorBytes..])
        {
            _memory?.Fetched(_fetchIndex, data[..DescriptorBytes]);
            _fetched.Enqueue(MemoryMarshal.Read<DataDescriptor>(data));
            _fetchIndex++;
        }

        return true;
    }

    /// <summary>A chain was gathered.</summary>
    public void Gathered(ReadOnlySpan<byte> frame)
    {
        if (_frame.Length < frame.Length)
        {
            _frame = new byte[Math.Max(frame.Length, 2048)];
        }

        frame.CopyTo(_frame);
        _frameLength = frame.Length;
    }

    /// <summary>A descriptor or chain was completed.</summary>
    public void Completed(in TraceEvent e)
    {
        var status = (TxStatus)e.Code;
        History.Add(e);
        TxContext? context = e.Handle == 0 ? null : tls.TxContext(e.Handle);
        context?.History.Add(e);
        if (!_fetched.TryDequeue(out DataDescriptor first))
        {
            StatusRules.Report(log, status, default, e.Handle, tls, Subject, History);
            EndData(context, e.Handle, status);
            return;
        }

        StatusRules.Report(log, status, first.Opcode, e.Handle, tls, Subject, context?.History ?? History);
        SettleFence(first, e.Handle);
        switch (first.Opcode)
        {
            case TxOpcode.Data:
                SkipChain(first, status);
                EndData(context, e.Handle, status);
                break;
            case TxOpcode.SetContext or TxOpcode.SetProgress when context is not null && status != TxStatus.Ok:
                (_placing, context.LacksNumber) = (0, true);
                break;
            case TxOpcode.Position:
                var position = Unsafe.BitCast<DataDescriptor, PositionDescriptor>(first);
                _replayAt = context?.Flow?.OffsetOf(position.RecordStartSequence);
                context?.Flow?.Positioned(context, position);
                break;
            case TxOpcode.SetContext when context is not null:
                context.NextPlaced = Unsafe.BitCast<DataDescriptor, SetContextDescriptor>(first).RecordNumber;
                context.LacksNumber = false;
                break;
            case TxOpcode.SetProgress when context is { LacksNumber: false }:
                _placing = e.Handle;
                uint start = Unsafe.BitCast<DataDescriptor, SetProgressDescriptor>(first).RecordStartSequence;
                _replayAt = context.Flow?.OffsetOf(start);
                context.Flow?.Updated(context, start, context.NextPlaced);
                break;
            case TxOpcode.Range:
                _range = Unsafe.BitCast<DataDescriptor, RangeDescriptor>(first);
                break;
            case TxOpcode.Replay:
                EndReplay(first, context, status);
                break;
            case TxOpcode.ResyncAnswer when status is TxStatus.Ok or TxStatus.AnswerStale:
                var answer = Unsafe.BitCast<DataDescriptor, ResyncAnswerDescriptor>(first);
                tls.Answered(answer.Handle, answer.Kind, answer.Sequence, answer.RecordNumber);
                break;
        }

        _replayLength = 0;
    }

    /// <summary>Whether a chain stands open at the ring's end.</summary>
    public void CheckOpenChain()
    {
        if (_fetched.Count > 0 && _fetchIndex == Tail && _fetched.All(static d => d.Opcode == TxOpcode.Data && (d.Flags & TxFlags.More) != 0))
        {
            log.Report(RingRules.ChainOpen, Subject, $"The last {_fetched.Count} descriptors all say MORE.", History);
        }
    }

    private void SkipChain(DataDescriptor last, TxStatus status)
    {
        DataDescriptor first = last;
        int descriptors = 1;
        long bytes = (long)last.Length0 + last.Length1;
        bool isEmpty = last.Length0 == 0 || (last.SegmentCount == 2 && last.Length1 == 0);
        bool isLong = last.Length0 > ushort.MaxValue || last.Length1 > ushort.MaxValue;
        while ((last.Flags & TxFlags.More) != 0 && _fetched.TryPeek(out DataDescriptor next) && next.Opcode == TxOpcode.Data)
        {
            last = _fetched.Dequeue();
            descriptors++;
            bytes += (long)last.Length0 + last.Length1;
            isEmpty |= last.Length0 == 0 || (last.SegmentCount == 2 && last.Length1 == 0);
            isLong |= last.Length0 > ushort.MaxValue || last.Length1 > ushort.MaxValue;
        }

        if (status != TxStatus.DescriptorMalformed)
        {
            return;
        }

        (SanitizerRule rule, string what) = (isEmpty, isLong, descriptors > NativeDevice.MaxChainDescriptors || bytes > NativeDevice.MaxChainBytes, (last.Flags & TxFlags.More) != 0) switch
        {
            (true, _, _, _) => (RingRules.SegmentLength, "a segment has no length"),
            (_, true, _, _) => (RingRules.SegmentLength, "a segment is longer than 65535 bytes"),
            (_, _, true, _) => (RingRules.ChainTooLong, $"it has {descriptors} descriptors and {bytes} bytes"),
            (_, _, _, true) => (RingRules.ChainBroken, "its last descriptor says MORE and no DATA follows"),
            _ => (RingRules.DescriptorMalformed, "reserved bits, counts or offload fields are wrong"),
        };
        log.Report(rule, Subject, $"The chain of {descriptors} descriptors with cookie {first.Cookie} was refused: {what}.", History);
    }

    /// <summary>Whether what SET_PROGRESS told takes effect with a descriptor, or is void with it.</summary>
    private void SettleFence(in DataDescriptor descriptor, ulong handle)
    {
        bool isOthers = descriptor.Opcode is TxOpcode.SetContext or TxOpcode.SetProgress && handle != _placing;
        bool isReplay = descriptor.Opcode == TxOpcode.Replay && handle == _placing;
        if (isOthers || isReplay || descriptor.Opcode == TxOpcode.Fence || (descriptor.Flags & TxFlags.Fence) != 0)
        {
            _placing = 0;
        }
    }

    private void EndData(TxContext? context, ulong handle, TxStatus status)
    {
        if (_frameLength >= 0 && handle != 0 && context is not null && status == TxStatus.Ok && WireSegment.TryParse(_frame.AsSpan(0, _frameLength), out WireSegment segment, isWhole: false))
        {
            if (handle == _placing && !segment.Payload.IsEmpty)
            {
                _placing = 0;
                log.Report(TlsRules.FenceMissing, context.Subject, $"Data at TCP sequence number 0x{segment.Sequence:X8} overtook the SET_PROGRESS before it.", context.History);
            }

            // RANGE: the headers are those of what leaves, which begins behind the skipped bytes.
            tls.Given(context, segment, _range?.Skip ?? 0);
            if (_range is { } range)
            {
                context.Flow?.Positioned(context, PlaceOf(range, segment.Sequence));
            }
        }

        (_replayAt, _range, _frameLength) = (null, null, -1);
    }

    private static PositionDescriptor PlaceOf(in RangeDescriptor range, uint sequence) => new()
    {
        RecordStartSequence = unchecked(sequence - range.Skip - range.Offset),
        RecordNumber = range.RecordNumber,
        LengthField = range.LengthField,
        RecordType = range.RecordType,
        ExplicitNonce = range.ExplicitNonce,
    };

    private void CollectReplay(ulong address, ReadOnlySpan<byte> data)
    {
        if (_fetched.TryPeek(out DataDescriptor next) && next.Opcode == TxOpcode.Replay && (address == next.Address0 || address == next.Address1))
        {
            if (_replay.Length < _replayLength + data.Length)
            {
                Array.Resize(ref _replay, Math.Max(_replayLength + data.Length, 1 << 15));
            }

            data.CopyTo(_replay.AsSpan(_replayLength));
            _replayLength += data.Length;
        }
    }

    private void EndReplay(in DataDescriptor replay, TxContext? context, TxStatus status)
    {
        int length = (int)Math.Min(replay.Length0 + (long)replay.Length1, int.MaxValue);
        if (status == TxStatus.Ok && _replayAt is { } at && context?.Flow is { } flow && length == _replayLength)
        {
            _replayAt = flow.Replayed(context, at, _replay.AsSpan(0, length));
        }
    }
}
