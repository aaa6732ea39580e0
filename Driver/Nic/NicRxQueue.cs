using System.Runtime.InteropServices;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Seams;

namespace NicEmu.Driver.Nic;

/// <summary>A receive ring with its completion ring and its buffers; every descriptor names the buffer with its own number. A buffer may be kept by who got its frame.</summary>
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
    private readonly int[] _kept;
    private readonly Stack<uint> _idle = new();
    private uint _tail;
    private int _free;
    private uint _current;
    private bool _reaping;
    private int _keptCount;
    private bool _disposed;

    public NicRxQueue(NicRegisters registers, IDeviceBus bus, int index, NicOptions options)
    {
        (_registers, _index, _sizeLog2, _bufferBytes) = (registers, index, options.RxRingLog2, options.EffectiveRxBufferBytes);
        _ring = bus.AllocateDma(DescriptorBytes << _sizeLog2);
        int buffers = (1 << _sizeLog2) + options.RxSpareBuffers;
        _buffers = bus.AllocateDma(checked(_bufferBytes * buffers));
        _completions = new(bus.AllocateDma(CompletionBytes << _sizeLog2), _sizeLog2, CompletionBytes);
        _posted = new bool[buffers];
        _kept = new int[buffers];
        for (int spare = buffers - 1; spare >= 1 << _sizeLog2; spare--) _idle.Push((uint)spare);
    }

    /// <summary>The memory that buffers lie in.</summary>
    public DmaBuffer Buffers => _buffers;

    /// <summary>Whether less than half of the ring has buffers, because too many are kept.</summary>
    public bool IsShort => _free > 1 << (_sizeLog2 - 1);

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

    /// <summary>Whether a completion waits to be taken.</summary>
    public bool HasWork => _completions.TryPeek(out _);

    /// <summary>Raw status register.</summary>
    public uint ReadStatus() => _registers.Read(NativeMap.RxQueue, NativeMap.RxQueue.Status, _index);

    /// <summary>Keeps the buffer of the frame that is being handed over; as often as it is kept it must be given back.</summary>
    /// <returns>Number of the buffer, and its bus address.</returns>
    public (uint Buffer, ulong Address) Keep()
    {
        if (!_reaping) throw new InvalidOperationException("No frame is being handed over.");
        _kept[_current]++;
        _keptCount++;
        return (_current, AddressOf(_current));
    }

    /// <summary>Gives a kept buffer back.</summary>
    public void Return(uint buffer)
    {
        _keptCount--;
        if (_disposed && _keptCount == 0) _buffers.Dispose();
        // The one whose frame is being handed over is not back yet.
        if (--_kept[buffer] > 0 || _disposed || (_reaping && buffer == _current)) return;
        _idle.Push(buffer);
        if (_reaping || _free == 0) return;
        PostIdle();
        RingTail();
    }

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
                (_current, _reaping) = (buffer, true);
                client.OnFrame(_index, _buffers.Span.Slice((int)buffer * _bufferBytes, (int)completion.Length), completion);
                _reaping = false;
            }
            else
            {
                Failures++;
            }

            _free++;
            if (_kept[buffer] == 0) _idle.Push(buffer);
            PostIdle();
        }

        if (any)
        {
            client.OnRxReaped(_index);
            _registers.Write(NativeMap.Doorbell, NativeMap.Doorbell.RxConsumer, _completions.Consumer, _index);
            RingTail();
        }

        Arm();
        return true;
    }

    public void Dispose()
    {
        _disposed = true;
        _ring.Dispose();
        // What is kept is still to be read.
        if (_keptCount == 0) _buffers.Dispose();
        _completions.Memory.Dispose();
    }

    /// <summary>Fills the free places of the ring; the buffer that came back last is used first.</summary>
    private void PostIdle()
    {
        for (; _free > 0 && _idle.TryPop(out uint buffer); _free--) Post(buffer);
    }

    private ulong AddressOf(uint buffer) => _buffers.BusAddress + ((ulong)buffer * (ulong)_bufferBytes);

    private void Post(uint buffer)
    {
        int slot = (int)(_tail & ((1u << _sizeLog2) - 1));
        var descriptor = new RxDescriptor
        {
            Address = AddressOf(buffer),
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
