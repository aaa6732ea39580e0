using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NicEmu.DeviceModel.Dma;
using NicEmu.DeviceModel.State;
using NicEmu.Spec.Inspect;
using NicEmu.Spec.Seams;

namespace NicEmu.DeviceModel.Queues;

/// <summary>
/// A ring of entries in host memory that the device fills. The last word of an entry carries the phase in bit 31 and is written last, by a
/// transaction of its own, so that a driver which sees the phase sees the entry.
/// </summary>
/// <typeparam name="T">The entry, as it lies in memory; its last four bytes hold the phase.</typeparam>
internal sealed class CompletionQueue<T>
    where T : unmanaged
{
    private const uint PhaseBit = 0x8000_0000;

    /// <summary>Places a ring; its consumer index is zero and no interrupt is armed.</summary>
    /// <param name="baseAddress">Bus address of entry 0.</param>
    /// <param name="log2">Entries as a power of two.</param>
    public CompletionQueue(ulong baseAddress, int log2)
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

    /// <summary>Index of the next entry.</summary>
    public uint Producer { get; private set; }

    /// <summary>Index of the next entry that the driver will read.</summary>
    public uint Consumer { get; private set; }

    /// <summary>Whether the next entry raises an interrupt.</summary>
    public bool IsArmed { get; private set; }

    /// <summary>Whether an entry can be written.</summary>
    public bool HasRoom => Producer - Consumer < Capacity;

    /// <summary>Takes over a consumer index; refuses one that goes backwards or passes the producer.</summary>
    /// <param name="index">Index of the next entry that the driver will read.</param>
    public bool TrySetConsumer(uint index)
    {
        if (index - Consumer > Producer - Consumer)
        {
            return false;
        }

        Consumer = index;
        return true;
    }

    /// <summary>Arms the interrupt, once.</summary>
    /// <param name="index">The driver has seen all entries before this one.</param>
    /// <param name="due">Whether the interrupt is due at once, because entries from there on exist.</param>
    /// <returns>False when the index is before the consumer's or past the producer's.</returns>
    public bool TryArm(uint index, out bool due)
    {
        due = false;
        if (index - Consumer > Producer - Consumer)
        {
            return false;
        }

        due = index != Producer;
        IsArmed = !due;
        return true;
    }

    /// <summary>Writes an entry: its body, then its last word with the phase.</summary>
    /// <param name="dma">The bus.</param>
    /// <param name="epoch">Epoch of the queue.</param>
    /// <param name="entry">The entry with a phase of zero.</param>
    /// <param name="due">Whether an interrupt is due.</param>
    /// <returns>The status of the bus; unless OK the ring is not usable any more.</returns>
    public BusStatus Post(DmaEngine dma, DmaEpoch epoch, T entry, out bool due)
    {
        due = false;
        if (!HasRoom)
        {
            throw new ModelException("A completion was written into a full ring.");
        }

        Span<byte> bytes = MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref entry, 1));
        Span<byte> last = bytes[^4..];
        uint phase = (Producer & Capacity) == 0 ? PhaseBit : 0;
        BinaryPrimitives.WriteUInt32LittleEndian(last, (BinaryPrimitives.ReadUInt32LittleEndian(last) & ~PhaseBit) | phase);
        ulong address = BaseAddress + ((Producer & (Capacity - 1)) * (ulong)bytes.Length);
        BusStatus status = dma.Write(epoch, address, bytes[..^4]);
        if (status != BusStatus.Ok)
        {
            return status;
        }

        // The driver may see the last word, consume the entry and arm again before the write returns: indices and arming are settled first.
        Producer++;
        due = IsArmed;
        IsArmed = false;
        return dma.Write(epoch, address + (ulong)bytes.Length - 4, last);
    }

    /// <summary>Saves indices and arming.</summary>
    /// <param name="state">Receives them.</param>
    public void Save(StateWriter state)
    {
        state.Word32(Producer);
        state.Word32(Consumer);
        state.Bool(IsArmed);
    }

    /// <summary>Puts saved indices back.</summary>
    /// <param name="state">What <see cref="Save"/> wrote.</param>
    public void Restore(ref StateReader state)
    {
        Producer = state.Word32();
        Consumer = state.Word32();
        IsArmed = state.Bool();
    }

    /// <summary>Adds indices to an inspection tree.</summary>
    /// <param name="parent">Receives one node.</param>
    public void Inspect(InspectNode parent)
    {
        InspectNode node = parent.Add("COMPLETIONS");
        node.Add("PRODUCER", Producer);
        node.Add("CONSUMER", Consumer);
        node.Add("ARMED", IsArmed);
    }
}
