using NicEmu.Board.Faults;
using NicEmu.Driver.Memory;
using NicEmu.Spec.Native;
using NicEmu.Spec.Seams;

namespace NicEmu.Board.Bus;

/// <summary>Counts the driver's doorbells on their way to the card; it changes nothing.</summary>
/// <param name="next">The way on.</param>
/// <param name="meter">Where they are counted.</param>
internal sealed class MeteredFunction(IPciFunction next, MemoryMeter meter) : FunctionFault(next)
{
    public override void BarWrite(int bar, ulong offset, ReadOnlySpan<byte> data)
    {
        if (bar == NativeDevice.DoorbellBar)
        {
            ulong place = offset % NativeDevice.DoorbellPageSize;
            if (place == NativeMap.Doorbell.TxTail.Offset) meter.Count(MemoryEvent.TxDoorbells);
            if (place == NativeMap.Doorbell.RxTail.Offset) meter.Count(MemoryEvent.RxDoorbells);
        }

        if (bar == NativeDevice.RegisterBar && offset == NativeMap.Toe.OffsetOf(NativeMap.Toe.Tail)) meter.Count(MemoryEvent.TxDoorbells);
        base.BarWrite(bar, offset, data);
    }
}
