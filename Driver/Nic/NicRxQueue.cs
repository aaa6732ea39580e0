using System.Runtime.InteropServices;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Seams;

namespace NicEmu.Driver.Nic;

/// <summary>A receive ring with its completion ring and its buffers; every descriptor names the buffer with its own number.</summary>
internal sealed class NicRxQueue : IDisposable
{
    private const int DescriptorBytes = 16;
    private const int CompletionBytes = 64;

    private readonly NicRegisters _registers;
    private readonly int _index;
    private readonly int _sizeLog2;
    private readonly int _bufferBytes;
    private readonly DmaBuffer _ring;
    private readonly DmaBuffer _buffers;
    private readonly PhaseRing _completions;
    private readonly bool[] _posted;
    private uint _tail;

    public NicRxQueue(NicRegisters registers, IDeviceBus bus, int index, NicOptions options)
    {
        (_registers, _index, _sizeLog2, _bufferBytes) = (registers, index, options.RxRingLog2, options.EffectiveRxBufferBytes);
        _ring = bus.AllocateDma(DescriptorBytes << _sizeLog2);
        _buffers = bus.AllocateDma(_bufferBytes << _sizeLog2);
        _completions = new(bus.AllocateDma(CompletionBytes << _sizeLog2), _sizeLog2, CompletionBytes);
        _posted = new bool[1 << _sizeLog2];
    }

    /// <summary>Buffers that came back without a frame.</summary>
    public long Failures { get; private set; }

    public static int VectorOf(int index) => 2 + (2 * index);

    public void Enable()
    {
        QueueBlock map = NativeMap.RxQueue;
        _registers.Write64(map, map.Base, _ring.BusAddress, _index);
        _registers.Write(map, map.RingSize, map.SizeLog2.Insert(0, (uint)_sizeLog2), _index);
        _registers.Write64(map, map.CompletionBase, _completions.Memory.BusAddress, _index);
        _registers.Write(map, map.CompletionSize, map.CompletionSizeLog2.Insert(0, (uint)_completions.SizeLog2), _index);
        _registers.Write(map, map.Vector, map.VectorNumber.Insert(0, (uint)VectorOf(_index)), _index);
        _registers.Write(map, map.Control, map.Enable.Mask, _index);
        for (uint buffer = 0; buffer < 1u << _sizeLog2; buffer++) Post(buffer);
        RingTail();
        Arm();
    }

    public void Disable() => _registers.Write(NativeMap.RxQueue, NativeMap.RxQueue.Control, 0, _index);

    /// <summary>Raw status register.</summary>
    /// <summary>Whether a completion waits to be taken.</summary>
    public bool HasWork => _completions.TryPeek(out _);

    public uint ReadStatus() => _registers.Read(NativeMap.RxQueue, NativeMap.RxQueue.Status, _index);

    /// <summary>Hands over frames, posts their buffers again and arms the interrupt. False if a completion makes no sense.</summary>
    public bool Reap(INicClient client)
    {
        bool any = false;
        for (int budget = 1 << _sizeLog2; budget > 0 && _completions.TryPeek(out ReadOnlySpan<byte> entry); budget--)
        {
            var completion = MemoryMarshal.Read<RxCompletion>(entry);
            uint buffer = completion.Cookie;
            if (buffer >= _posted.Length || !_posted[buffer] || completion.Length > (uint)_bufferBytes) return false;
            _posted[buffer] = false;
            _completions.Advance();
            any = true;
            if (completion.Status == RxStatus.Ok)
            {
                client.OnFrame(_index, _buffers.Span.Slice((int)buffer * _bufferBytes, (int)completion.Length), completion);
            }
            else
            {
                Failures++;
            }

            Post(buffer);
        }

        if (any)
        {
            _registers.Write(NativeMap.Doorbell, NativeMap.Doorbell.RxConsumer, _completions.Consumer, _index);
            RingTail();
        }

        Arm();
        return true;
    }

    public void Dispose()
    {
        _ring.Dispose();
        _buffers.Dispose();
        _completions.Memory.Dispose();
    }

    private void Post(uint buffer)
    {
        int slot = (int)(_tail & ((1u << _sizeLog2) - 1));
        var descriptor = new RxDescriptor
        {
            Address = _buffers.BusAddress + ((ulong)buffer * (ulong)_bufferBytes),
            Length = (uint)_bufferBytes,
            Cookie = buffer,
        };
        MemoryMarshal.Write(_ring.Span[(slot * DescriptorBytes)..], descriptor);
        _posted[buffer] = true;
        _tail++;
    }

    private void RingTail() => _registers.Write(NativeMap.Doorbell, NativeMap.Doorbell.RxTail, _tail, _index);

    private void Arm() => _registers.Write(NativeMap.Doorbell, NativeMap.Doorbell.RxArm, _completions.Consumer, _index);
}
