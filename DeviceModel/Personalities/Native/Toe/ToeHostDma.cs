using System.Runtime.InteropServices;
using NicEmu.DeviceModel.Dma;
using NicEmu.DeviceModel.Registers;
using NicEmu.Spec.Native;
using NicEmu.Spec.Native.Toe;
using NicEmu.Spec.Seams;
using NicEmu.Spec.Timing;

namespace NicEmu.DeviceModel.Personalities.Native.Toe;

/// <summary>The HOST ring: one DMA between host memory and card memory for each entry.</summary>
internal sealed class ToeHostDma(RegisterFile file, DmaEngine dma, ToeCounters counters, Func<ToeState?> state, Action notify, IScheduler scheduler, string name)
    : ToeEngineRing(file, NativeMap.ToeInternal.HostProducer, NativeMap.ToeInternal.HostDone, state, notify, scheduler, name + ".host")
{
    /// <inheritdoc/>
    protected override long Run(ToeState state, int index)
    {
        ref HostEntry entry = ref MemoryMarshal.Cast<byte, HostEntry>(state.Host.AsSpan())[index];
        HostEntry job = entry;
        BusStatus status = BusStatus.Aborted;
        dma.TakeCost();
        if (IsInMemory(state, job.CardOffset, job.Length))
        {
            Span<byte> memory = state.Memory.AsSpan((int)job.CardOffset, (int)job.Length);
            status = job.Write != 0 ? dma.Write(state.Epoch, job.Address, memory) : dma.Read(state.Epoch, job.Address, memory);
        }

        if (status == BusStatus.Ok && IsLive(state))
        {
            Count(job);
        }

        // A reset that came meanwhile has put the whole state aside: the word goes where nobody looks.
        entry = job with { Done = 1 + (uint)status };
        return TimingTable.DescriptorPs + dma.TakeCost();
    }

    private void Count(in HostEntry job)
    {
        if (job.Write != 0)
        {
            counters.HostWritten += job.Length;
            counters.CardRead += job.Length;
        }
        else
        {
            counters.HostRead += job.IsList == 0 ? job.Length : 0;
            counters.ListBytes += job.IsList != 0 ? job.Length : 0;
            counters.CardWritten += job.Length;
        }
    }
}
