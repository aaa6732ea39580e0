using System.Buffers.Binary;
using NicEmu.Board.Memory;
using NicEmu.Spec.Events;
using NicEmu.Spec.Native;
using NicEmu.Spec.Registers;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Timing;

namespace NicEmu.Board.Bus;

/// <summary>
/// Connects one PCI function with its driver in the same process: register accesses one way, DMA and interrupts the other. It reports every
/// register access, with the values of secret registers left out.
/// </summary>
public sealed class InProcessBus : IDeviceBus, IHostPort
{
    /// <summary>Bus address that interrupt messages are written to; the interrupt controller's, not memory.</summary>
    public const ulong MessageAddress = 0xFEE0_0000;

    /// <summary>Message data of vector 0; vector n has this plus n.</summary>
    public const uint FirstMessageData = 0x4100;

    private readonly HostMemory _memory;
    private readonly IScheduler _scheduler;
    private readonly TraceSource _trace;
    private readonly SecretRegisters _secrets;
    private readonly ITimer _interrupts;
    private readonly Action?[] _handlers;
    private readonly long[] _pending;
    private readonly Queue<int> _order = new();
    private IPciFunction? _function;

    /// <summary>Creates a bus without a function.</summary>
    /// <param name="scheduler">Delivers interrupts.</param>
    /// <param name="memory">What the device's DMA reaches.</param>
    /// <param name="trace">Receives the register accesses.</param>
    /// <param name="blocks">Register declarations that tell which values are secret; null for the native interface.</param>
    /// <param name="vectors">Number of interrupt vectors that the driver may use.</param>
    public InProcessBus(IScheduler scheduler, HostMemory memory, TraceSource trace, IEnumerable<RegisterBlock>? blocks = null, int vectors = NativeDevice.Vectors)
    {
        _scheduler = scheduler;
        _memory = memory;
        _trace = trace;
        _secrets = new SecretRegisters(blocks ?? NativeMap.Blocks);
        _handlers = new Action?[vectors];
        _pending = new long[vectors];
        Array.Fill(_pending, -1);
        _interrupts = scheduler.CreateTimer("bus.interrupt", DeliverDue);
    }

    /// <summary>The memory behind the bus.</summary>
    public HostMemory Memory => _memory;

    /// <summary>Whether the function was pulled out: reads are all ones, writes are lost, the device's DMA is aborted.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>Interrupts delivered to a handler so far.</summary>
    public long InterruptsDelivered { get; private set; }

    /// <summary>Interrupt messages whose address or data is none that the driver was given: its vector table is wrong.</summary>
    public long InterruptsMisrouted { get; private set; }

    /// <summary>Plugs a function in, in place of the one before.</summary>
    /// <param name="function">The function; null leaves the slot empty.</param>
    public void Attach(IPciFunction? function) => _function = function;

    /// <inheritdoc/>
    public uint ConfigRead(int offset, int width)
    {
        RequireWidth(width, 4);
        Span<byte> data = stackalloc byte[4];
        data.Fill(0xFF);
        Present?.ConfigRead(offset, data[..width]);
        uint value = (uint)Load(data[..width]);
        if (_trace.Enabled)
        {
            _trace.Emit(new TraceEvent { Kind = TraceEventKind.ConfigRead, Address = (ulong)offset, Length = width, Value = value });
        }

        return value;
    }

    /// <inheritdoc/>
    public void ConfigWrite(int offset, int width, uint value)
    {
        RequireWidth(width, 4);
        if (_trace.Enabled)
        {
            _trace.Emit(new TraceEvent { Kind = TraceEventKind.ConfigWrite, Address = (ulong)offset, Length = width, Value = value });
        }

        Span<byte> data = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(data, value);
        Present?.ConfigWrite(offset, data[..width]);
    }

    /// <inheritdoc/>
    public ulong Read(int bar, ulong offset, int width)
    {
        RequireWidth(width, 8);
        Span<byte> data = stackalloc byte[8];
        data.Fill(0xFF);
        Present?.BarRead(bar, offset, data[..width]);
        ulong value = Load(data[..width]);
        if (_trace.Enabled)
        {
            bool isSecret = _secrets.Touches(bar, offset, width);
            _trace.Emit(new TraceEvent { Kind = TraceEventKind.MmioRead, Index = bar, Address = offset, Length = width, Value = isSecret ? 0 : value, Flags = isSecret ? 1u : 0 });
        }

        return value;
    }

    /// <inheritdoc/>
    public void Write(int bar, ulong offset, int width, ulong value)
    {
        RequireWidth(width, 8);
        if (_trace.Enabled)
        {
            bool isSecret = _secrets.Touches(bar, offset, width);
            _trace.Emit(new TraceEvent { Kind = TraceEventKind.MmioWrite, Index = bar, Address = offset, Length = width, Value = isSecret ? 0 : value, Flags = isSecret ? 1u : 0 });
        }

        Span<byte> data = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(data, value);
        Present?.BarWrite(bar, offset, data[..width]);
    }

    /// <inheritdoc/>
    public DmaBuffer AllocateDma(int bytes) => _memory.Allocate(bytes);

    /// <inheritdoc/>
    public MsixMessage? OnInterrupt(int vector, Action handler)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(vector);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(vector, _handlers.Length);
        _handlers[vector] = handler;
        return new MsixMessage(MessageAddress, FirstMessageData + (uint)vector);
    }

    /// <inheritdoc/>
    BusStatus IHostPort.Read(ulong address, Span<byte> data) => IsRemoved ? BusStatus.Aborted : _memory.Read(address, data);

    /// <inheritdoc/>
    BusStatus IHostPort.Write(ulong address, ReadOnlySpan<byte> data) => IsRemoved ? BusStatus.Aborted : _memory.Write(address, data);

    /// <inheritdoc/>
    BusStatus IHostPort.Interrupt(int vector, in MsixMessage message)
    {
        if (IsRemoved)
        {
            return BusStatus.Aborted;
        }

        // The message alone decides, as on silicon: what the driver wrote to its table must be what OnInterrupt gave it.
        uint target = unchecked(message.Data - FirstMessageData);
        if (message.Address != MessageAddress || target >= (uint)_handlers.Length || _handlers[target] is null)
        {
            InterruptsMisrouted++;
            return BusStatus.Unmapped;
        }

        // A message that comes while the same vector is still on its way merges with it, as in an interrupt controller.
        if (_pending[target] < 0)
        {
            _pending[target] = _scheduler.NowPs + TimingTable.InterruptPs;
            _order.Enqueue((int)target);
            _interrupts.ArmNoLaterThan(_pending[target]);
        }

        return BusStatus.Ok;
    }

    private IPciFunction? Present => IsRemoved ? null : _function;

    private static void RequireWidth(int width, int greatest)
    {
        if (width is not (1 or 2 or 4 or 8) || width > greatest)
        {
            throw new ArgumentOutOfRangeException(nameof(width), width, $"An access is 1, 2, 4 or 8 bytes wide, here at most {greatest}.");
        }
    }

    private static ulong Load(ReadOnlySpan<byte> data)
    {
        ulong value = 0;
        for (int i = data.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | data[i];
        }

        return value;
    }

    private void DeliverDue()
    {
        int vector = _order.Dequeue();
        _pending[vector] = -1;
        if (_order.TryPeek(out int next))
        {
            _interrupts.ArmAt(_pending[next]);
        }

        if (!IsRemoved && _handlers[vector] is { } handler)
        {
            InterruptsDelivered++;
            handler();
        }
    }
}
