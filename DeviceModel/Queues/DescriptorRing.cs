using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NicEmu.DeviceModel.Dma;
using NicEmu.DeviceModel.State;
using NicEmu.Spec.Seams;

namespace NicEmu.DeviceModel.Queues;

/// <summary>
/// A ring of descriptors in host memory. Indices run freely over 32 bits and are masked on use, so a ring of n entries holds exactly n.
/// Order: completed ≤ fetched ≤ tail ≤ completed + capacity.
/// </summary>
/// <typeparam name="T">The descriptor, as it lies in memory.</typeparam>
internal sealed class DescriptorRing<T>
    where T : unmanaged
{
    /// <summary>Places a ring.</summary>
    /// <param name="baseAddress">Bus address of entry 0.</param>
    /// <param name="log2">Entries as a power of two, 0 to 31.</param>
    public DescriptorRing(ulong baseAddress, int log2)
    {
        BaseAddress = baseAddress;
        Log2 = log2;
    }

    /// <summary>Bus address of entry 0.</summary>
    public ulong BaseAddress { get; }

    /// <summary>Entries as a power of two.</summary>
    public int Log2 { get; }

    /// <summary>Number of entries.</summary>
    public uint Capacity => 1u << Log2;

    /// <summary>Index after the last descriptor posted.</summary>
    public uint Tail { get; private set; }

    /// <summary>Index of the next descriptor to fetch.</summary>
    public uint Fetched { get; private set; }

    /// <summary>Index of the oldest descriptor that is not completed.</summary>
    public uint Completed { get; private set; }

    /// <summary>Descriptors posted and not fetched.</summary>
    public uint Available => Tail - Fetched;

    /// <summary>Takes over a tail; refuses one that goes backwards or passes the ring.</summary>
    /// <param name="tail">Index after the last descriptor posted.</param>
    public bool TrySetTail(uint tail)
    {
        uint ahead = tail - Completed;
        if (ahead > Capacity || ahead < Tail - Completed)
        {
            return false;
        }

        Tail = tail;
        return true;
    }

    /// <summary>Copies available descriptors out of host memory, once and by value.</summary>
    /// <param name="dma">The bus.</param>
    /// <param name="epoch">Epoch of the queue.</param>
    /// <param name="into">Room for at most so many.</param>
    /// <param name="count">How many were copied.</param>
    /// <returns>The status of the bus; unless OK nothing moved.</returns>
    public BusStatus Fetch(DmaEngine dma, DmaEpoch epoch, Span<T> into, out int count)
    {
        count = 0;
        var wanted = (int)Math.Min((uint)into.Length, Available);
        while (count < wanted)
        {
            uint slot = (Fetched + (uint)count) & (Capacity - 1);
            var run = (int)Math.Min((uint)(wanted - count), Capacity - slot);
            BusStatus status = dma.Read(epoch, AddressOf(slot), MemoryMarshal.AsBytes(into.Slice(count, run)));
            if (status != BusStatus.Ok)
            {
                count = 0;
                return status;
            }

            count += run;
        }

        Fetched += (uint)count;
        return BusStatus.Ok;
    }

    /// <summary>Gives descriptors back to the driver, oldest first.</summary>
    /// <param name="count">How many.</param>
    public void Complete(uint count)
    {
        if (count > Fetched - Completed)
        {
            throw new ModelException("A descriptor was completed before it was fetched.");
        }

        Completed += count;
    }

    /// <summary>Saves the indices.</summary>
    /// <param name="state">Receives them.</param>
    public void Save(StateWriter state)
    {
        state.Word32(Tail);
        state.Word32(Fetched);
        state.Word32(Completed);
    }

    /// <summary>Puts saved indices back.</summary>
    /// <param name="state">What <see cref="Save"/> wrote.</param>
    public void Restore(ref StateReader state)
    {
        Tail = state.Word32();
        Fetched = state.Word32();
        Completed = state.Word32();
    }

    private ulong AddressOf(uint slot) => BaseAddress + ((ulong)slot * (ulong)Unsafe.SizeOf<T>());
}
