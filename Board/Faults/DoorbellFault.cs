using System.Buffers.Binary;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Blocks;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Faults;

/// <summary>The doorbell that hands a chosen descriptor over is late, and with it those behind it: posted writes keep their order.</summary>
internal sealed class DoorbellFault : FunctionFault
{
    private readonly ArmedFault _fault;
    private readonly IScheduler _scheduler;
    private readonly ITimer _timer;
    private readonly uint _register;
    private readonly Dictionary<ulong, uint> _tails = [];
    private readonly Queue<(ulong Offset, byte[] Data)> _held = new();
    private readonly long _byPs;

    public DoorbellFault(ArmedFault fault, IScheduler scheduler, IPciFunction next)
        : base(next)
    {
        (_fault, _scheduler) = (fault, scheduler);
        _timer = scheduler.CreateTimer("fault." + fault.Specification.Definition.Name, Release);
        DoorbellBlock map = NativeMap.Doorbell;
        _register = fault.Specification.Word("ring") == "rx" ? map.RxTail.Offset : map.TxTail.Offset;
        _byPs = fault.Specification.TimePs("by");
    }

    public override void BarWrite(int bar, ulong offset, ReadOnlySpan<byte> data)
    {
        if (bar != NativeDevice.DoorbellBar || data.Length != 4 || offset % NativeDevice.DoorbellPageSize != _register)
        {
            Next.BarWrite(bar, offset, data);
            return;
        }

        uint tail = BinaryPrimitives.ReadUInt32LittleEndian(data);
        uint posted = Math.Min(tail - _tails.GetValueOrDefault(offset), 1u << NativeDevice.MaxRingLog2);
        _tails[offset] = tail;
        bool strikes = false;
        for (uint i = 0; i < posted; i++)
        {
            strikes |= !strikes && _fault.IsDue();
        }

        if (strikes)
        {
            _fault.Hit();
            _timer.ArmNoLaterThan(_scheduler.NowPs + _byPs);
        }

        if (strikes || _held.Count > 0)
        {
            _held.Enqueue((offset, data.ToArray()));
            return;
        }

        Next.BarWrite(bar, offset, data);
    }

    public override void Reset(ResetKind kind)
    {
        _held.Clear();
        _tails.Clear();
        Next.Reset(kind);
    }

    private void Release()
    {
        while (_held.TryDequeue(out (ulong Offset, byte[] Data) late))
        {
            Next.BarWrite(NativeDevice.DoorbellBar, late.Offset, late.Data);
        }
    }
}
